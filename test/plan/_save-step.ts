import test from 'ava';
import type {Trash} from '../../source/batch.js';
import {decodeText} from '../../source/oci/json.js';
import {parseManifest} from '../../source/oci/manifest.js';
import {createTrash} from '../../source/storage/trash.js';
import {realFiles} from '../../source/storage/durable-file.js';
import {UserError} from '../../source/user-error.js';
import {makeStateFolder} from '../helpers/build-batch.js';
import {
	createMemoryJournal,
	listDeletes,
	removeDigest,
	reviewMarks,
} from '../helpers/fake-world.js';

const app = {
	index: {tags: ['latest', 'v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
	plain: {tags: ['plain']},
};

const repositories = {app};

test('safeguard 7: before a delete is sent, its manifest, its config and those of its children are in the trash', async t => {
	const {run, faults, registry, digest} = await reviewMarks(t, {
		repositories,
		marked: ['index'],
	});
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const place = {registry: registry.host, repository: 'shop/app'};
	const atFirst: boolean[] = [];
	faults.intercept = async ({method}) => {
		if (method === 'DELETE' && atFirst.length === 0) {
			for (const name of ['index', 'amd64', 'arm64']) {
				atFirst.push(await trash.has(place, digest(name)));
			}
		}

		return false;
	};

	const outcomes = await run({trash});
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['deleted', 'deleted', 'deleted'],
	);
	t.deepEqual(atFirst, [true, true, true]);
	const bytes = (await trash.read(place, digest('amd64'))) ?? new Uint8Array();
	const {config} = parseManifest(decodeText(bytes), '') ?? {};
	t.true(config && (await trash.has(place, config.digest)));
});

test('safeguard 8: the line that says that a step begins says what was saved for it', async t => {
	const journal = createMemoryJournal();
	const {run, digest} = await reviewMarks(t, {repositories, marked: ['index']});
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	await run({trash, journal});
	const [line] = journal.lines;
	t.like(line, {
		kind: 'step-began',
		saved: [
			{
				digest: digest('index'),
				mediaType: 'application/vnd.oci.image.index.v1+json',
				tags: ['latest', 'v1'],
			},
			{digest: digest('amd64'), tags: []},
			{digest: digest('arm64'), tags: []},
		],
	});
});

const fullTrash: Trash = {
	path: '/state/trash/batch',
	async save() {
		throw new UserError('The trash could not be written (ENOSPC).', {
			remedy: 'Make room.',
		});
	},
	saveBlob: async () => undefined,
	has: async () => false,
	read: async () => undefined,
	open: async () => undefined,
	close: async () => undefined,
};

test('safeguard 7: where the trash cannot be written nothing is deleted, nothing is journalled, and the run ends', async t => {
	const {run, server, journal} = await reviewMarks(t, {
		repositories,
		marked: ['index', 'plain'],
	});
	const outcomes = await run({trash: fullTrash});
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['failed', 'not-reached', 'not-reached', 'not-reached'],
	);
	t.regex(outcomes[0]!.reason, /ENOSPC.*Nothing was deleted\./v);
	t.deepEqual(listDeletes(server), []);
	t.deepEqual(journal.lines, []);
});

test('safeguard 7: a manifest that the registry does not hand out is not deleted', async t => {
	const {run, server, faults, path} = await reviewMarks(t, {
		repositories,
		marked: ['plain'],
	});
	faults.intercept = ({method, path: asked}, response) => {
		if (method !== 'GET' || asked !== path('plain')) {
			return false;
		}

		response.writeHead(404).end();
		return true;
	};

	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const [outcome] = await run({trash});
	t.is(outcome?.kind, 'refused');
	t.regex(outcome?.reason ?? '', /could not be saved first/v);
	t.deepEqual(listDeletes(server), []);
});

test('safeguard 7: bytes that are not those of the digest are not taken for it', async t => {
	const {run, server, faults, path} = await reviewMarks(t, {
		repositories,
		marked: ['plain'],
	});
	faults.intercept = ({method, path: asked}, response) => {
		if (method !== 'GET' || asked !== path('plain')) {
			return false;
		}

		response.writeHead(200, {
			'content-type': 'application/vnd.oci.image.manifest.v1+json',
		});
		response.end('{}');
		return true;
	};

	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const [outcome] = await run({trash});
	t.is(outcome?.kind, 'refused');
	t.deepEqual(listDeletes(server), []);
});

test('a child that is gone already does not keep its index from being saved and deleted', async t => {
	const {run, server, digest} = await reviewMarks(t, {
		repositories,
		marked: ['index'],
	});
	removeDigest(server, 'shop/app', digest('amd64'));
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const outcomes = await run({trash});
	t.deepEqual(
		outcomes.map(({kind}) => kind),
		['deleted', 'absent', 'deleted'],
	);
});

test('safeguard 6: when saving took long, the step is looked at once more before its delete', async t => {
	const {run, server, clock, digest} = await reviewMarks(t, {
		repositories,
		marked: ['plain'],
	});
	const trash = createTrash(await makeStateFolder(t), 'batch', realFiles);
	const [outcome] = await run({
		trash: {
			...trash,
			async save(...call) {
				await trash.save(...call);
				clock.advance(20_000);
				server.content.repositories
					.get('shop/app')
					?.tags.set('plain', digest('amd64'));
			},
		},
	});
	t.is(outcome?.kind, 'refused');
	t.deepEqual(listDeletes(server), []);
});
