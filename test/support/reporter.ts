/**
 * Ends a test run with one line that sums it up: `N passed, N failed`, and the number of skipped tests if there are
 * any.
 */
import { appendFileSync, writeSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of a module, a suite or a test that is counted. */
export type Counted =
  | { readonly type: 'test'; result(): { readonly state: ReturnType<TestCase['result']>['state'] } }
  | { readonly type: 'suite' | 'module'; readonly children: Iterable<Counted>; errors(): readonly unknown[] };

/**
 * Counts test cases. A file that does not load, and a suite whose hooks fail, count as one failure each, because their
 * tests never ran. Each error outside of any test also counts as one. A test that neither passed nor failed is skipped.
 */
export function count(modules: Iterable<Counted>, errorsOutside: number): Counts {
  const counts = { passed: 0, failed: errorsOutside, skipped: 0 };
  const visit = (task: Counted): void => {
    if (task.type === 'test') {
      const { state } = task.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
      return;
    }
    if (task.errors().length > 0) counts.failed += 1;
    for (const child of task.children) visit(child);
  };
  for (const module of modules) visit(module);
  return counts;
}

/**
 * The last line. A run may fail for another reason than a test: nothing to run, an interruption, a teardown. Such a run
 * never reads as a success.
 */
export function summary(counts: Counts, exitCode: number): string {
  const failed = exitCode !== 0 && counts.failed === 0 ? 1 : counts.failed;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${failed} failed${skipped}`;
}

/**
 * With `TEST_PROGRESS_FILE`, each event becomes a line of that file at once: `began` and `ended` for a file, `passed`,
 * `skipped` or `failed` for a test, and `summary` at the end. A program that stops the run early knows from the file
 * what had happened by then.
 */
export default class LastLine implements Reporter {
  readonly #progress = process.env['TEST_PROGRESS_FILE'] ?? null;
  #counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  onInit(): void {
    // At exit, after everything that another reporter or a teardown prints.
    process.once('exit', (code) => {
      const said = summary(this.#counts, code);
      this.#note('summary', said);
      writeSync(1, `\n${said}\n`);
    });
  }

  onTestModuleStart(module: TestModule): void {
    this.#note('began', module.relativeModuleId);
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    if (state === 'passed') this.#note('passed', name);
    else if (state === 'failed') this.#note('failed', `${name}: ${errors?.[0]?.message ?? ''}`);
    else this.#note('skipped', name);
  }

  onTestSuiteResult(suite: TestSuite): void {
    const [error] = suite.errors();
    if (error !== undefined) {
      this.#note('failed', `${suite.module.relativeModuleId} > ${suite.fullName}: ${error.message}`);
    }
  }

  onTestModuleEnd(module: TestModule): void {
    const [error] = module.errors();
    if (error !== undefined) this.#note('failed', `${module.relativeModuleId}: ${error.message}`);
    this.#note('ended', module.relativeModuleId);
  }

  onTestRunEnd(modules: readonly TestModule[], errorsOutside: readonly unknown[]): void {
    this.#counts = count(modules.map(asCounted), errorsOutside.length);
  }

  #note(what: string, words: string): void {
    if (this.#progress !== null) appendFileSync(this.#progress, `${what} ${words.split('\n')[0]}\n`);
  }
}

function asCounted(task: TestModule | TestSuite | TestCase): Counted {
  if (task.type === 'test') return task;
  return { type: task.type, children: Array.from(task.children, asCounted), errors: () => task.errors() };
}
