import {existsSync} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import test from 'ava';
import {startDemoPulls} from '../../source/demo/start-demo-pulls.js';
import {buildSampleWorld} from '../../source/demo/sample-world.js';

const now = Date.UTC(2026, 10, 22, 10);
const host = '127.0.0.1:5000';

type Envelope = {
	readonly events: ReadonlyArray<{
		readonly timestamp: string;
		readonly target: {
			readonly repository: string;
			readonly digest: string;
			readonly tag?: string;
		};
	}>;
};

const readEnvelopes = async (file: string): Promise<Envelope[]> => {
	const text = await readFile(file, 'utf8');
	return text
		.trimEnd()
		.split('\n')
		.map(
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a wrong shape fails the test, as it should
			line => JSON.parse(line) as Envelope,
		);
};

test('the demo has the same notifications for the same time, of what it holds, until now, and removes them', async t => {
	const content = buildSampleWorld({now: new Date(now)});
	const pulls = startDemoPulls(now, {content, host});
	const again = startDemoPulls(now, {
		content: buildSampleWorld({now: new Date(now)}),
		host,
	});
	t.teardown(again.close);
	const file = await pulls.notifications.write();
	t.is(
		await readFile(file, 'utf8'),
		await readFile(await again.notifications.write(), 'utf8'),
	);
	const {mode} = await stat(file);
	t.is(mode % 0o1000, 0o600);

	const envelopes = await readEnvelopes(file);
	t.true(envelopes.length > 5000);
	const times = envelopes.map(({events: [event]}) =>
		Date.parse(event?.timestamp ?? ''),
	);
	t.true(
		times.every(
			time =>
				time >= pulls.notifications.from &&
				time < pulls.notifications.to + 1000,
		),
	);
	const strangers = envelopes
		.map(({events}) => events[0]!.target)
		.filter(({repository, digest, tag}) => {
			const {manifests, tags} = content.repositories.get(repository)!;
			return (
				!manifests.has(digest) ||
				(tag !== undefined && tags.get(tag) !== digest)
			);
		});
	t.deepEqual(strangers, []);

	const events = await readFile(await pulls.events.write(), 'utf8');
	t.is(events, await readFile(await again.events.write(), 'utf8'));
	t.true(events.split('\n').length > 100);

	await pulls.close();
	t.false(existsSync(file));
});
