/* eslint-disable @typescript-eslint/naming-convention -- names as tables have them */
import {once} from 'node:events';
import {createServer} from 'node:net';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {Aedes} from 'aedes';
import test, {type ExecutionContext} from 'ava';
import {build} from 'esbuild';
import {bundleOptions, inRoot} from '../source/build/bundle-options.js';
import type * as publishing from '../source/commands/publish-samples.js';
import type * as opening from '../source/pulls/engines/bigquery/open-client.js';
import {startBigQuery} from './helpers/bigquery-server.js';
import {makeFolder} from './helpers/stand-in.js';
import {
	auditTable,
	createLogin,
	openReader,
	resultColumns,
} from './pulls/_open-bigquery.js';

/* Node's own streams stand in the bundle for the copies of them that libraries bring along: what uses those has to work with these. */

/** A file of the source as the bundle has it. */
const load = async <Module>(
	t: ExecutionContext,
	name: string,
): Promise<Module> => {
	const outdir = await makeFolder(t);
	await build({
		...bundleOptions,
		entryPoints: [inRoot(name)],
		outdir,
		outExtension: Object.fromEntries([['.js', '.mjs']]),
	});
	const file = path.join(outdir, path.basename(name, '.ts'));
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what was bundled
	return (await import(pathToFileURL(`${file}.mjs`).href)) as Module;
};

test('bundled MQTT publishes, and each message is acknowledged', async t => {
	const {publishMessages} = await load<typeof publishing>(
		t,
		'source/commands/publish-samples.ts',
	);
	const seen: string[] = [];
	const broker = await Aedes.createBroker();
	broker.on('publish', ({payload}, client) => {
		if (client) {
			seen.push(payload.toString());
		}
	});
	const server = createServer(socket => {
		broker.handle(socket);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		broker.close();
		server.close();
	});
	const address = server.address();
	t.true(typeof address === 'object');
	const payloads = ['{"pull_count": 1}', 'x'.repeat(200_000)];
	const published = await publishMessages(
		{
			url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
			username: undefined,
			password: undefined,
			ca: undefined,
			isInsecure: false,
			retain: false,
			patience: 60_000,
		},
		payloads.map(payload => ({topic: 'metrics', payload})),
	);
	t.deepEqual(published, {count: 2, problem: undefined});
	t.deepEqual(seen, payloads);
});

test('the bundled client of BigQuery asks a table', async t => {
	const {createClientOpener} = await load<typeof opening>(
		t,
		'source/pulls/engines/bigquery/open-client.ts',
	);
	const server = await startBigQuery(t, {
		tables: {'shop.logs.audit': auditTable},
		columns: resultColumns('project', 'resource', 'asked', 'client'),
	});
	const {openClient} = await createLogin(t, server, {}, createClientOpener);
	const {read} = await openReader(t, server, {openClient});
	const {source} = await read();
	t.is(source.state, 'read');
	t.deepEqual(server.seen, ['token', 'table', 'dry-run', 'query', 'results']);
});
