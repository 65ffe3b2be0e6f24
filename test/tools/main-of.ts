/** How a program of the tests begins, and what it ends with. */

export const EXIT = { held: 0, broken: 1, misused: 2 } as const;

type Asked = { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly fault: string };

/**
 * The exit code of what was asked on the command line: its help, a fault of it, or what `run` makes of the rest. An
 * error of `run` is told behind `unfinished`, such as "The fuzzer could not finish".
 */
export async function exitCodeOf<T extends { readonly kind: string }>(
  asked: Asked | T,
  { help, unfinished }: { readonly help: string; readonly unfinished: string },
  run: (asked: Exclude<T, Asked>) => Promise<number>,
): Promise<number> {
  if (isHelp(asked)) {
    console.log(help);
    return EXIT.held;
  }
  if (isWrong(asked)) {
    console.error(`${asked.fault}\n\n${help}`);
    return EXIT.misused;
  }
  return run(asked as Exclude<T, Asked>).catch((error: unknown) => {
    console.error(`${unfinished}: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.broken;
  });
}

const isHelp = (asked: { readonly kind: string }): asked is { readonly kind: 'help' } => asked.kind === 'help';

const isWrong = (asked: { readonly kind: string }): asked is { readonly kind: 'wrong'; readonly fault: string } =>
  asked.kind === 'wrong';
