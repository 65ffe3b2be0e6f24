/** Trying calls out on the reference page, from inside of it: step by step from outside, each step would wait for its turn on a busy machine. */

/** A call, and what is written into its fields. */
export interface Trial {
  readonly tag: string;
  readonly operationId: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The part of a page's elements that is used. */
interface Part {
  readonly textContent: string | null;
  click(): void;
  dispatchEvent(event: Event): boolean;
  querySelector(selector: string): Part | null;
  querySelectorAll(selector: string): Iterable<Part>;
}

/** Runs inside the page, and so uses nothing from around it. Sends each call, and answers with what the page then shows as its status, or complains of. */
export async function tryOut(trials: readonly Trial[]): Promise<Record<string, string | null>> {
  const { document, HTMLInputElement } = globalThis as unknown as {
    readonly document: Part;
    readonly HTMLInputElement: { readonly prototype: object };
  };
  // The page's framework sees only values that are set past it.
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;

  async function first(within: Part, ...selectors: readonly string[]): Promise<Part> {
    for (;;) {
      for (const selector of selectors) {
        const found = within.querySelector(selector);
        if (found !== null) return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  const answered: Record<string, string | null> = {};
  // Every change draws all that is open anew: one group at a time is open.
  for (const group of document.querySelectorAll('.opblock-tag')) group.click();
  let open = '';
  for (const { tag, operationId, fields } of trials) {
    if (tag !== open) {
      for (const group of [open, tag])
        if (group !== '') (await first(document, `.opblock-tag[data-tag="${group}"]`)).click();
      open = tag;
    }
    const block = await first(document, `.opblock[id$="-${operationId}"]`);
    const head = await first(block, '.opblock-summary-control');
    head.click();
    (await first(block, '.try-out__btn')).click();
    const execute = await first(block, '.execute');
    for (const [name, value] of Object.entries(fields)) {
      const input = await first(block, `tr[data-param-name="${name}"] input`);
      setValue?.call(input, value);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      // It takes a value over when its field is left.
      input.dispatchEvent(new Event('focusout', { bubbles: true }));
    }
    execute.click();
    const status = '.live-responses-table .response .response-col_status';
    answered[operationId] = (await first(block, status, '.validation-errors')).textContent;
    head.click();
  }
  return answered;
}
