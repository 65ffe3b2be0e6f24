/**
 * One process that keeps the stock: a keeper and a sweeper on a wire of their own.
 *
 * A process is running → closing (`close`) → dead, or is killed from either. The dead answer nobody; what they had in memory is gone.
 */

import { Keeper } from '../../../src/keeper/keeper.ts';
import { Sweeper } from '../../../src/keeper/sweeper.ts';
import type { Observation } from '../../../src/lib/observe.ts';
import type { Command } from '../../../src/shop/commands.ts';
import type { Idempotency } from '../../../src/shop/idempotency.ts';
import type { Answer } from '../../../src/shop/outcome.ts';
import { isSoleWriter } from './profile.ts';
import { SimulatedTenure } from './tenure.ts';
import { Wire } from './wire.ts';
import type { World } from './world.ts';

/** As in the app: closing, what is undecided is given up by then, and the rest left by then. */
const GIVE_UP_MS = 7000;
const LEAVE_MS = 8500;
/** As in the app: commands that take too long are looked for this often. */
const LATE_CHECK_MS = 1000;

/** Answered, or not any more: the process died, or a bug stopped the turn. */
export type Reply = { readonly answer: Answer } | { readonly broken: 'died' | 'bug' };

export class Process {
  readonly keeper: Keeper;
  readonly sweeper: Sweeper;
  readonly tenure = new SimulatedTenure();
  readonly #world: World;
  readonly #wire: Wire;
  readonly #waiting = new Set<(reply: Reply) => void>();
  #isAlive = true;
  #isClosing = false;

  constructor(world: World) {
    this.#world = world;
    this.#wire = new Wire(world, this.tenure, () => this.keeper.startOver());
    const { timeline, random, clock } = world;
    const observe = (observation: Observation) => this.#observe(observation);
    this.keeper = new Keeper({
      store: this.#wire,
      lists: world.database.store,
      limits: world.profile.limits,
      tenure: this.tenure,
      clock,
      elapsed: () => timeline.now,
      observe,
      random: () => random.next(),
      pause: (ms) => new Promise((resolve) => this.#after(Math.ceil(ms), resolve)),
      alarm: (ms, ring) => {
        let isOff = false;
        this.#after(ms, () => {
          if (!isOff) ring();
        });
        return () => {
          isOff = true;
        };
      },
      schedule: (run) => this.#after(random.chance(0.8) ? 0 : 1, run),
    });
    this.sweeper = new Sweeper({
      keeper: this.keeper,
      store: this.#wire,
      cartIdleMs: world.profile.cartIdleMs,
      clock,
      observe,
    });
    this.#sweepAgain();
    this.#lookForLate();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Whether nothing is under way: all that has come is answered, or waits for stock. */
  get isAtRest(): boolean {
    return this.isOwner && this.keeper.load.commands === 0 && !this.#wire.isCommitting;
  }

  /** Whether nothing keeps it from deciding. */
  get isOwner(): boolean {
    return this.#isAlive && this.tenure.certain() === null;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  ask(command: Command, idempotency: Idempotency | null, signal: AbortSignal | null = null): Promise<Reply> {
    if (!this.#isAlive) return Promise.resolve({ broken: 'died' });
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.add(resolve);
    const end = (reply: Reply) => {
      if (this.#waiting.delete(resolve)) resolve(reply);
    };
    this.keeper.ask(command, idempotency, signal).then(
      (answer) => end({ answer }),
      (bug: unknown) => {
        this.#bug(command, bug);
        end({ broken: 'bug' });
      },
    );
    return promise;
  }

  /** Dies at once, with all that is in flight. */
  async kill(): Promise<void> {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const resolve of this.#waiting) resolve({ broken: 'died' });
    this.#waiting.clear();
    await this.#wire.cut();
  }

  /** Ends as the app does: what was taken is answered, what takes too long is given up. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const { timeline, coverage } = this.#world;
    const began = timeline.now;
    let isClosed = false;
    this.#after(GIVE_UP_MS, () => {
      if (isClosed) return;
      coverage.count('path: given up while closing');
      this.keeper.giveUp();
      if (this.keeper.load.commands > 0) this.#world.violation('I9: giving up left somebody unanswered');
    });
    const left = new Promise<void>((resolve) => this.#after(LEAVE_MS, resolve));
    const drained = async () => {
      await this.sweeper.stop();
      await this.keeper.close();
      isClosed = true;
      coverage.count('path: closed');
      // What was answered is heard.
      await timeline.sleep(0);
      if (this.#waiting.size > 0) this.#world.violation('I9: closed before the last was answered');
    };
    await Promise.race([drained(), left]);
    if (timeline.now - began > GIVE_UP_MS + 1) this.#world.violation(`I9: closing took ${timeline.now - began} ms`);
    await this.kill();
  }

  /** Something that this process does later, unless it is dead by then. */
  #after(ms: number, run: () => void): void {
    this.#world.timeline.after(ms, () => {
      if (this.#isAlive) run();
    });
  }

  #sweepAgain(): void {
    this.#after(this.#world.profile.sweepRestMs, () => {
      if (this.#isClosing) return;
      void this.sweeper.sweep().then(() => this.#sweepAgain());
    });
  }

  #lookForLate(): void {
    this.#after(LATE_CHECK_MS, () => {
      this.keeper.answerLate();
      this.#lookForLate();
    });
  }

  #bug(command: Command, bug: unknown): void {
    this.#world.violation(`I9: a bug: ${command.kind}: ${bug instanceof Error ? bug.stack : String(bug)}`);
  }

  #observe(observation: Observation): void {
    const { coverage, profile } = this.#world;
    if (observation.kind === 'batch_failed') {
      this.#world.failures.push({ tick: this.#world.timeline.tick(), batch: this.#wire.lastBatch });
      coverage.count(`seen: batch ${observation.result}`);
      if (observation.behind > 0) coverage.count('seen: lost behind a failed batch', observation.behind);
      if (observation.result === 'lost' && isSoleWriter(profile) && !profile.faults.has('deposed')) {
        this.#world.violation('I5: ownership was lost where nobody else writes');
      }
    } else if (observation.kind === 'batch_committed') {
      coverage.count(observation.entries > 1 ? 'seen: batch of many' : 'seen: batch of one');
    } else if (observation.kind === 'orders_expired') {
      coverage.count('seen: expired by the sweeper', observation.orders);
    } else {
      coverage.count(`seen: ${observation.kind}`);
    }
    this.#world.trace(() => `observes ${JSON.stringify(observation, inWords)}`);
    if (observation.kind === 'sweep_failed' && observation.error.name === 'Bug') {
      this.#world.violation(`I9: a bug in a sweep: ${observation.error.stack}`);
    }
  }
}

function inWords(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
