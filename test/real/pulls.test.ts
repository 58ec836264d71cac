import {Buffer} from 'node:buffer';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {PullTally} from '../../source/evidence/pull.js';
import type {LogFormat} from '../../source/pulls/engines/log-format.js';
import {
	createDistributionEventsFormat,
	distributionLogFormat,
} from '../../source/pulls/log-formats.js';
import {recogniseFormat} from '../../source/pulls/recognise-format.js';
import {createTallyBook} from '../../source/pulls/tally-book.js';
import {startNotificationReceiver} from '../helpers/notification-receiver.js';
import {
	acceptedTypes,
	pushImage,
	pushIndex,
	sendRequest,
} from '../helpers/push-content.js';
import {
	findRealRegistry,
	type RealRegistry,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {findSkopeo, pullWithSkopeo} from '../helpers/skopeo.js';

const created = '2024-05-06T07:08:09Z';
const lastAgent = 'last-request/1';

const skip = (t: ExecutionContext, why: string): void => {
	if (process.env['CI'] === 'true') {
		t.fail(`${why}, and CI must not skip this test`);
		return;
	}

	t.log(`skip: ${why}`);
	t.pass();
};

const pushSamples = async ({url}: RealRegistry) => {
	const push = async (name: string, architecture: string, tags: string[]) =>
		pushImage(url, 'shop/web', {
			tags,
			layers: [Buffer.from(`layer of ${name}`)],
			created,
			platform: {os: 'linux', architecture},
		});
	const single = await push('single', 'amd64', ['v1']);
	const amd64 = await push('multi', 'amd64', []);
	const arm64 = await push('multi', 'arm64', []);
	const index = await pushIndex(url, 'shop/web', {
		tags: ['multi'],
		children: [amd64, arm64],
	});
	const idle = await push('idle', 'amd64', ['idle']);
	return new Map([
		[single.digest, 'single'],
		[amd64.digest, 'amd64'],
		[arm64.digest, 'arm64'],
		[index.digest, 'index'],
		[idle.digest, 'idle'],
	]);
};

/** A registry that has been pulled from with skopeo, and what it told of it. */
const pullEverything = async (t: ExecutionContext, log: 'json' | 'text') => {
	const skopeo = findSkopeo();
	if (!skopeo || !findRealRegistry()) {
		skip(t, 'there is no docker-registry or no skopeo on this machine');
		return undefined;
	}

	const receiver = await startNotificationReceiver();
	t.teardown(receiver.stop);
	const registry = await startRealRegistry({
		deletes: false,
		log,
		notify: receiver.url,
	});
	t.teardown(registry.stop);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-pulls-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));

	const names = await pushSamples(registry);
	const digestOf = (wanted: string) =>
		[...names].find(([, name]) => name === wanted)?.[0];
	const web = `${registry.host}/shop/web`;
	const pull = async (
		reference: string,
		options: {all?: boolean; platform?: string} = {},
	) => pullWithSkopeo(skopeo, `${web}${reference}`, {folder, ...options});
	await pull(':v1');
	await pull(':v1');
	await pull(`@${digestOf('single')}`);
	await pull(':multi');
	await pull(':multi', {platform: 'linux/arm64'});
	await pull(`@${digestOf('index')}`);
	await pull(':multi', {all: true});

	// The one that is asked last is told last.
	await sendRequest(`${registry.url}/v2/shop/web/manifests/idle`, {
		method: 'HEAD',
		headers: {accept: acceptedTypes, 'user-agent': lastAgent},
	});
	await receiver.waitFor(lastAgent);
	while (
		!registry
			.readLog()
			.split('\n')
			.slice(0, -1)
			.some(
				line => line.includes(lastAgent) && line.includes('response completed'),
			)
	) {
		await delay(10);
	}

	return {registry, receiver, names};
};

const countAll = (
	format: LogFormat,
	lines: readonly string[],
): readonly PullTally[] => {
	const reader = format.open('log', []);
	if ('problem' in reader) {
		throw new Error(reader.problem);
	}

	const book = createTallyBook({source: 'log', apartAgents: []});
	const read = [
		...lines.flatMap(line => reader.read(line)),
		...(reader.end?.() ?? []),
	];
	for (const piece of read) {
		if (piece.kind === 'bad') {
			throw new Error(piece.problem);
		}

		if (piece.kind === 'record') {
			book.add(piece.record);
		}
	}

	return book.tallies();
};

/** `pull index 3`, sorted. */
const describe = (
	tallies: readonly PullTally[],
	names: ReadonlyMap<string, string>,
): readonly string[] =>
	tallies
		.filter(({action}) => action !== 'push')
		.map(({action, image, isPart, days}) => {
			const name =
				image.kind === 'tag'
					? `:${image.tag}`
					: image.kind === 'digest'
						? (names.get(image.digest) ?? image.digest)
						: image.kind;
			const count = [...days.values()].reduce((sum, more) => sum + more, 0);
			return `${isPart ? 'part' : action} ${name} ${count}`;
		})
		.toSorted();

test('what skopeo pulled is what the notifications tell, with every digest', async t => {
	const done = await pullEverything(t, 'json');
	if (!done) {
		return;
	}

	const {registry, receiver, names} = done;
	const lines = receiver.lines();
	const kind = recogniseFormat(lines.join('\n').slice(0, 65_536), 'events');
	t.is(kind, 'distribution-events');
	const tallies = countAll(
		createDistributionEventsFormat({declared: undefined}),
		lines,
	);
	t.deepEqual(
		[...new Set(tallies.map(({host, repository}) => `${host}/${repository}`))],
		[`${registry.host}/shop/web`],
	);
	t.deepEqual(describe(tallies, names), [
		'check idle 1',
		'part amd64 3',
		'part arm64 2',
		'pull index 4',
		'pull single 3',
	]);
});

for (const log of ['json', 'text'] as const) {
	test(`what skopeo pulled is what the ${log} log tells, by tag and by digest`, async t => {
		const done = await pullEverything(t, log);
		if (!done) {
			return;
		}

		const {registry, names} = done;
		const written = registry.readLog();
		t.is(recogniseFormat(written.slice(0, 65_536), 'log'), 'distribution-log');
		const tallies = countAll(
			distributionLogFormat,
			written.split('\n').filter(line => line !== ''),
		);
		t.deepEqual(
			[
				...new Set(
					tallies.map(({host, repository}) => `${host}/${repository}`),
				),
			],
			[`${registry.host}/shop/web`],
		);
		t.deepEqual(describe(tallies, names), [
			'check :idle 1',
			'part amd64 3',
			'part arm64 2',
			'pull :multi 3',
			'pull :v1 2',
			'pull index 1',
			'pull single 1',
		]);
	});
}
