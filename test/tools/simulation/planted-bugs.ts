/**
 * Bugs to plant in a copy of the sources, each as replacements of texts that stand there exactly once: a simulation that does not find them
 * finds nothing.
 */
export interface Change {
  /** Below the repository. */
  readonly file: string;
  readonly text: string;
  readonly instead: string;
}

export interface PlantedBug {
  readonly name: string;
  readonly changes: readonly Change[];
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'answers leave before the commit',
    changes: [
      {
        file: 'src/keeper/attempts.ts',
        text: 'const verdicts = await verdictsOf(restsOn);',
        instead: 'const verdicts: string[] = []; void verdictsOf;',
      },
    ],
  },
  {
    name: 'a refusal does not wait for what it rests on',
    changes: [
      {
        file: 'src/keeper/decider.ts',
        text: 'const restsOn = turn.restsOn();',
        instead: "const restsOn: ReturnType<Turn['restsOn']> = [];",
      },
    ],
  },
  {
    name: 'rows are not fenced',
    changes: [
      {
        file: 'test/support/memory-store.ts',
        text: "if (!fenced) return { kind: 'lost' };",
        instead: 'void fenced;',
      },
    ],
  },
  {
    name: 'idempotency keys are not fenced',
    changes: [
      {
        file: 'test/support/memory-store.ts',
        text: 'return earlier === undefined || earlier.at <= record.at - KEY_KEPT_MS || !DONE.test(earlier.outcome);',
        instead: 'return true;',
      },
    ],
  },
  {
    name: 'a cancel of a cancelled order restores again',
    changes: [
      {
        file: 'src/shop/orders/order-machine.ts',
        text: "cancel: { actions: 'answerCancelled' },",
        instead: "cancel: { actions: 'cancel' },",
      },
      {
        // Whose SKUs are not even brought into memory.
        file: 'src/shop/orders/commands.ts',
        text: "return order.status === 'cancelled' ? NO_SKUS : order.lines;",
        instead: 'return order.lines;',
      },
    ],
  },
  {
    name: 'a SKU that is being loaded is admitted twice',
    changes: [
      {
        file: 'src/keeper/memory/residents.ts',
        text: 'if (found !== undefined) {',
        instead: "if (found !== undefined && found.state !== 'loading') {",
      },
    ],
  },
  {
    name: 'a row is read back before the entry that changes it is settled',
    changes: [
      {
        file: 'src/keeper/memory/residents.ts',
        text: "this.#awaitEntry(resident);\n    resident.state = 'gone';",
        instead: "resident.state = 'gone';",
      },
    ],
  },
  {
    name: 'memory stays after its commit was lost',
    changes: [
      {
        file: 'src/keeper/aftermath.ts',
        text: 'for (const resident of writtenBy(entry)) resident.home.evict(resident);',
        instead: 'void writtenBy(entry);',
      },
    ],
  },
  {
    name: 'what stood on a lost entry is committed',
    changes: [
      {
        file: 'src/journal/journal.ts',
        text: 'if (entry.standsOn.some((resident) => gone.has(resident))) {',
        instead: 'if (entry === undefined) {',
      },
    ],
  },
  {
    name: 'an unknown commit is decided again',
    changes: [
      {
        file: 'src/journal/journal.ts',
        text: "settle(entry, result.kind === 'unknown' || isPoisoned ? 'unknown' : 'lost')",
        instead: "settle(entry, isPoisoned ? 'unknown' : 'lost')",
      },
    ],
  },
  {
    name: 'an order expires a millisecond early',
    changes: [
      {
        file: 'src/shop/orders/order.ts',
        text: 'at >= order.expiresAt;',
        instead: 'at >= order.expiresAt - 1;',
      },
    ],
  },
  {
    name: 'an order expires a millisecond late',
    changes: [
      {
        file: 'src/shop/orders/order.ts',
        text: 'at >= order.expiresAt;',
        instead: 'at > order.expiresAt;',
      },
    ],
  },
  {
    name: 'memory survives another owner',
    changes: [
      {
        file: 'src/keeper/memory/memory.ts',
        text: 'residents.evictAll();',
        instead: 'void residents;',
      },
    ],
  },
  {
    name: 'decisions do not wait for certainty of ownership',
    changes: [
      {
        file: 'src/keeper/decider.ts',
        text: 'if (certain !== null) loads.push(certain);',
        instead: 'void certain;',
      },
    ],
  },
  {
    name: 'giving up forgets who waits',
    changes: [
      {
        file: 'src/keeper/admission.ts',
        text: 'this.answer(oldest, answerOf(oldest));',
        instead: 'this.#leave(oldest);',
      },
    ],
  },
  {
    name: 'what a customer has is read before it is durable',
    changes: [{ file: 'src/keeper/memory/memory.ts', text: 'await sku?.lastEntry?.settled;', instead: 'void sku;' }],
  },
  {
    name: 'what a customer has is kept though it was read too early',
    changes: [{ file: 'src/keeper/memory/standings.ts', text: 'else standings.evict(resident);', instead: '' }],
  },
  {
    name: 'what a customer has outlives the SKU that it was read beside',
    changes: [
      {
        file: 'src/keeper/memory/pins.ts',
        text: "if (pinned.owner === null || pinned.owner.sku === this.resident('skus', skuId)) return;",
        instead: "if (pinned.state !== 'gone') return;",
      },
      {
        file: 'src/keeper/memory/pins.ts',
        text: "assert(owner !== null && owner.sku === this.resident('skus', skuId), ",
        instead: 'assert(owner !== null, ',
      },
      {
        file: 'src/keeper/memory/standings.ts',
        text: 'owner !== null && owner.sku === sku',
        instead: 'owner !== null',
      },
    ],
  },
];
