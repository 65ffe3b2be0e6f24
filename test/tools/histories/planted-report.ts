/** Prints which planted bug is found by which checker after how many operations: `node test/tools/histories/planted-report.ts`. */
import { type Finding, huntByBlackBox, huntByCertificate } from './hunt.ts';
import { HONEST, PLANTS } from './planted.ts';

const OPERATIONS_MAX = 4000;

const said = ({ operations, violation }: Finding) =>
  violation === null ? `nothing in ${operations}` : `${operations}: ${violation.slice(0, 100)}`;

for (const { bug, grow } of [{ bug: 'none', grow: HONEST }, ...PLANTS]) {
  console.log(`${bug}`);
  console.log(`  certificate  ${said(await huntByCertificate(grow(), OPERATIONS_MAX))}`);
  console.log(`  Wing-Gong    ${said(await huntByBlackBox(grow(), OPERATIONS_MAX))}`);
}
