/** The chart for docs/benchmarks.md, drawn by Apache ECharts on the server's side: requests a second of each way, hot and wide, on a logarithmic scale. */
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { CONNECTIONS } from '../plan.ts';
import type { WorkloadName } from '../way.ts';
import { rowsOf } from './figures.ts';
import type { Run } from './run.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const WIDTH = 760;
const ROW_HEIGHT = 38;
const AROUND = 116;
/** Where the bars begin: a logarithmic scale has no zero. */
const LEAST = 10;

const SERIES: readonly { readonly workload: WorkloadName; readonly name: string; readonly color: string }[] = [
  { workload: 'hot', name: 'hot: 1 SKU', color: '#c2410c' },
  { workload: 'wide', name: 'wide: 10 000 SKUs', color: '#2563eb' },
];

/** An SVG of the run; the way with the most is at the top. */
export function chartOf(run: Run): string {
  const rows = new Map(
    SERIES.map(({ workload }) => [
      workload,
      new Map(rowsOf(run, { workload, connections: CONNECTIONS, shareOfCapacity: null }).map((row) => [row.way, row])),
    ]),
  );
  const perSecond = (workload: WorkloadName, way: Run['plan']['ways'][number]) =>
    Math.round(rows.get(workload)?.get(way)?.perSecond ?? 0);
  // From the bottom up, as the axis has them.
  const ways = run.plan.ways
    .filter((way) => SERIES.some(({ workload }) => perSecond(workload, way) > 0))
    .toSorted((a, b) => perSecond('hot', a) - perSecond('hot', b));
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH,
    height: AROUND + ROW_HEIGHT * ways.length,
  });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: `Placements a second, ${CONNECTIONS} connections`,
      subtext: 'order, line and ledger written by all that keep stock; logarithmic',
      left: 16,
      top: 10,
      textStyle: { fontSize: 15 },
    },
    legend: { left: 12, top: 56, itemGap: 40, data: SERIES.map(({ name }) => name) },
    grid: { left: 172, right: 70, top: 84, bottom: 32 },
    xAxis: { type: 'log', min: LEAST, axisLabel: { formatter: (value: number) => value.toLocaleString('en-US') } },
    yAxis: {
      type: 'category',
      axisTick: { show: false },
      axisLabel: { color: '#111111', formatter: (way: string) => way.replaceAll('_', ' ') },
      data: ways.map((way) => ({
        value: way,
        textStyle: way.startsWith('stock_keeper') ? { fontWeight: 'bold' } : {},
      })),
    },
    series: SERIES.map(({ workload, name, color }) => ({
      type: 'bar',
      // A picture: nothing in it answers to a mouse.
      silent: true,
      name,
      color,
      barGap: 0,
      barCategoryGap: '30%',
      data: ways.map((way) => Math.max(LEAST, perSecond(workload, way))),
      label: {
        show: true,
        position: 'right',
        color: '#333333',
        fontSize: 10,
        formatter: ({ dataIndex }: { dataIndex: number }) =>
          perSecond(workload, ways[dataIndex] ?? 'bare').toLocaleString('en-US'),
      },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
