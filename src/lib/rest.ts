/** A pause that can be cut short. One at a time. */
export class Rest {
  #wake: () => void = () => {};

  /** Resolves after `ms` milliseconds, or when woken. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the current pause, if there is one. */
  wake(): void {
    this.#wake();
  }
}
