import test from 'ava';
import {drawPullChart} from '../../source/state/pull-chart.js';
import {drawSparkline} from '../../source/text/sparkline.js';

test('a line of bars is as high as its largest, leaves white space for nothing, and shows one among a thousand', t => {
	t.is(drawSparkline([0, 1, 2, 4, 8]), ' ▁▂▄█');
	t.is(drawSparkline([1, 0, 1000]), '▁ █');
	t.is(drawSparkline([0, 0]), '');
	t.is(drawSparkline([]), '');
});

const firstOf = (date: string): number => Date.parse(date) / 86_400_000;

test('a chart has a bar for each day, the most and nothing at its end, and months below', t => {
	const days = Array.from({length: 91}, () => 0);
	days[0] = 5;
	days[90] = 1200;
	t.deepEqual(
		drawPullChart({firstDay: firstOf('2026-08-26'), days}, 120).map(line =>
			line.trimEnd(),
		),
		[
			`${' '.repeat(90)}█▏ 1,200`,
			`${' '.repeat(90)}█▏`,
			`${' '.repeat(90)}█▏`,
			`▁${' '.repeat(89)}█▏ 0`,
			`      Sep${' '.repeat(27)}Oct${' '.repeat(28)}Nov`,
		],
	);
});

test('with less room a bar is the same number of days everywhere, and the last ends today', t => {
	const days = Array.from({length: 181}, () => 1);
	const chart = drawPullChart({firstDay: firstOf('2026-05-26'), days}, 109);
	t.is(chart[0], ` ${'█'.repeat(90)}▏ 2`);
	t.is(chart[3], `▄${'█'.repeat(90)}▏ 0`.replace('▄', '█'));
	for (const line of chart) {
		t.true(line.length <= 109);
	}
});

test('a short window has wide bars, and each day its name as far as they do not touch', t => {
	const chart = drawPullChart(
		{firstDay: firstOf('2026-11-15'), days: [1, 0, 0, 0, 0, 0, 0, 1]},
		80,
	);
	t.is(chart[0], `████${' '.repeat(24)}████▏ 1`);
	t.is(chart[4], '15 Nov  17 Nov  19 Nov  21 Nov');
});
