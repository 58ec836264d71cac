import {setTimeout as sleep} from 'node:timers/promises';
import {type Apps, bundleApps} from './apps/bundle-apps.js';
import type {Measurement, Row} from './measurement.js';
import {type List, openBareList, openJetsam} from './pty/lists.js';
import {processorTime, residentMemory} from './pty/process-facts.js';
import {median, quantile} from './pty/quantiles.js';

const sizes = [
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
] as const;

type Size = (typeof sizes)[number];

/** On the last row of the screen the second `j` and the third scroll: half of the keys do. */
const keys = ['k', 'j', 'j', 'j'] as const;
const rounds = 5;
/** In a round, so that it ends within the short list. */
const presses = 40;
const warmUps = 16;
const heldKeys = 60;
const short = 100;
const long = 100_000;
const names = ['long', 'bare', 'short'] as const;

type Name = (typeof names)[number];

type Lists = Readonly<Record<Name, List>>;

const openLists = async (apps: Apps, size: Size): Promise<Lists> => ({
	long: await openJetsam(apps, long, size),
	short: await openJetsam(apps, short, size),
	bare: await openBareList(apps, long, size),
});

/** Milliseconds after a key. Where the detail stands beside the list they are long enough for the explorer to ask for it and draw it. */
const pauseAfter = (name: Name, size: Size): number =>
	name !== 'bare' && size.columns >= 160 ? 170 : 50;

/** What single keys took, and what was written for each. */
type Samples = {readonly times: number[]; readonly bytes: number[]};

/** Presses a key in each list, one after the other, so that whatever else the machine does meets them all. */
const pressInAll = async (
	lists: Lists,
	{key, size}: {key: 'j' | 'k'; size: Size},
	take: (name: Name, time: number) => void,
): Promise<void> => {
	for (const name of names) {
		take(name, await lists[name].press(key));
		await sleep(pauseAfter(name, size));
	}
};

const pressKeys = async (
	lists: Lists,
	size: Size,
): Promise<Readonly<Record<Name, Samples>>> => {
	const samples = {
		long: {times: [], bytes: []},
		short: {times: [], bytes: []},
		bare: {times: [], bytes: []},
	} satisfies Record<Name, Samples>;
	const taken: Readonly<Record<Name, Samples>> = samples;
	for (let round = 0; round < rounds; round++) {
		for (const name of names) {
			await lists[name].goDownTo(size.rows - 4);
		}

		for (let press = 0; press < presses; press++) {
			const isWarm = round > 0 || press >= warmUps;
			await pressInAll(
				lists,
				{key: keys[press % keys.length] ?? 'j', size},
				(name, time) => {
					if (isWarm) {
						taken[name].times.push(time);
						taken[name].bytes.push(lists[name].program.bytes());
					}
				},
			);
		}
	}

	return taken;
};

const ratioRows = (
	place: string,
	{long: ours, bare, short: few}: Readonly<Record<Name, Samples>>,
): Row[] =>
	[0.5, 0.95, 0.99].flatMap((part): Row[] => {
		const value = quantile(ours.times, part);
		const what = `a key at ${place}, 100,000 digests, p${part * 100}`;
		return [
			{
				what,
				value,
				unit: 'ms',
				baseline: {name: 'bare Ink list', value: quantile(bare.times, part)},
				atMost: 1.3,
			},
			{
				what,
				value,
				unit: 'ms',
				baseline: {name: '100 digests', value: quantile(few.times, part)},
				atMost: 1.2,
			},
		];
	});

/** Holds a key in the long list: whether all arrive, and whether the last is drawn as soon as a single one. */
async function* holdKey(
	list: List,
	{place, single}: {place: string; single: number},
): AsyncGenerator<Row> {
	const {moved, settled} = await list.hold(heldKeys);
	yield {
		what: `keys at 30 Hz, ${place}, that moved the cursor`,
		value: moved,
		unit: 'count',
		baseline: {name: 'sent', value: heldKeys},
		atLeast: 1,
		atMost: 1,
	};
	yield {
		what: `from the last of them to its frame, ${place}`,
		value: settled,
		unit: 'ms',
		baseline: {name: 'a single key, p99', value: single},
		atMost: 1,
	};
}

function* processRows(
	place: string,
	{
		lists,
		before,
		samples,
	}: {
		lists: Lists;
		before: Readonly<Record<Name, number | undefined>>;
		samples: Readonly<Record<Name, Samples>>;
	},
): Generator<Row> {
	yield {
		what: `written for a frame at ${place}`,
		value: median(samples.long.bytes),
		unit: 'bytes',
		baseline: {name: 'bare Ink list', value: median(samples.bare.bytes)},
	};
	const used = (name: Name): number | undefined => {
		const now = processorTime(lists[name].program.pid);
		const from = before[name];
		return now === undefined || from === undefined
			? undefined
			: (now - from) / (rounds * presses);
	};

	const ours = used('long');
	const bare = used('bare');
	yield ours === undefined || bare === undefined
		? {what: `processor time of a key at ${place}`, skipped: 'no /proc here'}
		: {
				what: `processor time of a key at ${place}, with its detail`,
				value: ours,
				unit: 'ms',
				baseline: {name: 'bare Ink list', value: bare},
			};
}

function* memoryRows({long: ours, short: few, bare}: Lists): Generator<Row> {
	const value = residentMemory(ours.program.pid);
	for (const [name, baseline] of [
		['100 digests', residentMemory(few.program.pid)],
		['bare Ink list of 100,000', residentMemory(bare.program.pid)],
	] as const) {
		const what = 'resident memory with 100,000 digests';
		yield value === undefined || baseline === undefined
			? {what, skipped: 'no /proc here'}
			: {what, value, unit: 'MB', baseline: {name, value: baseline}};
	}
}

async function* measureAt(
	apps: Apps,
	size: Size,
	isLast: boolean,
): AsyncGenerator<Row> {
	const place = `${size.columns}×${size.rows}`;
	const lists = await openLists(apps, size);
	try {
		const before = {
			long: processorTime(lists.long.program.pid),
			short: processorTime(lists.short.program.pid),
			bare: processorTime(lists.bare.program.pid),
		};
		const samples = await pressKeys(lists, size);
		yield* ratioRows(place, samples);
		yield* processRows(place, {lists, before, samples});
		yield* holdKey(lists.long, {
			place,
			single: quantile(samples.long.times, 0.99),
		});
		if (isLast) {
			yield* memoryRows(lists);
		}
	} finally {
		for (const name of names) {
			await lists[name].program.end();
		}
	}
}

/** Keypress to drawn frame, in a pseudo-terminal. */
export const measurement: Measurement = {
	title:
		'from a key to its frame; the bare Ink list has the same columns, 36 and 56 rows, at 200 columns as much text beside it as the detail',
	async *measure() {
		const apps = await bundleApps();
		try {
			for (const size of sizes) {
				yield* measureAt(apps, size, size === sizes.at(-1));
			}
		} finally {
			await apps.remove();
		}
	},
};
