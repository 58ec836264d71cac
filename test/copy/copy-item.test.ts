import test, {type ExecutionContext} from 'ava';
import PQueue from 'p-queue';
import {copyItem, type CopyOutcome} from '../../source/copy/copy-item.js';
import {addIndex} from '../../source/demo/build-content.js';
import {
	addCosignSignature,
	addReferrer,
} from '../../source/demo/build-referrers.js';
import type {Intercept} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import {parseDigest} from '../../source/oci/digest.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import type {Registry} from '../../source/world.js';
import {addWhole, platformOf} from '../helpers/add-whole.js';
import {createManualClock} from '../helpers/fake-world.js';
import {type JourneyRegistry, startRegistry} from '../helpers/journey-world.js';

const repository = 'team/app';
const at = 'mirror/team/app';
const {signal} = new AbortController();

const open = async (
	{server}: JourneyRegistry,
	readOnly = false,
): Promise<Registry> =>
	openRegistry(server.host, {
		settings: {
			readOnly,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => 0,
		},
		logins: new Map(),
		kind: undefined,
		signal,
	});

/** An index with two platforms that share a layer, with its signature and its SBOM. */
const fill = (content: RegistryContent) => {
	const children = ['amd64', 'arm64'].map(architecture => ({
		...addWhole(content, repository, {
			layers: [
				['shared', 200_000],
				[architecture, 1000],
			],
			architecture,
		}),
		platform: platformOf(architecture),
	}));
	const index = addIndex(content, repository, {tags: ['1.0'], children});
	const signature = addCosignSignature(content, repository, {
		subject: index,
		reference: repository,
	});
	const bill = addReferrer(content, repository, {
		subject: index,
		artifactType: 'application/spdx+json',
		payload: '{}',
	});
	return {index, children, signature, bill};
};

/** Two registries, and the copy of the tag 1.0 from the one to the other. */
const openStage = async (t: ExecutionContext) => {
	const [content, homeContent] = [
		createRegistryContent(),
		createRegistryContent(),
	];
	const made = fill(content);
	const source = await startRegistry(t, {content});
	const home = await startRegistry(t, {content: homeContent});
	const copy = async ({
		platforms = [],
		tag = '1.0',
		was,
		readOnly = false,
	}: {
		platforms?: readonly string[];
		tag?: string;
		was?: string;
		readOnly?: boolean;
	} = {}): Promise<CopyOutcome> =>
		copyItem(
			{
				clock: createManualClock(0),
				signal,
				platforms,
				blobs: new PQueue({concurrency: 6}),
				known: new Map(),
				done: new Map(),
				tell: () => undefined,
			},
			{
				source: {registry: await open(source), repository},
				target: {registry: await open(home, readOnly), repository: at},
				digest: parseDigest(made.index.digest)!,
				tag,
				was: was === undefined ? undefined : parseDigest(was),
			},
		);
	return {
		...made,
		content,
		homeContent,
		source,
		home,
		copy,
		tags: () =>
			homeContent.repositories.get(at)?.tags ?? new Map<string, string>(),
		manifests: () =>
			homeContent.repositories.get(at)?.manifests ?? new Map<string, unknown>(),
	};
};

const isBlob = (path: string): boolean => path.includes('/blobs/sha256:');

/** Sends the head of a blob and a few bytes, then breaks off. */
const breakOff: Intercept = ({method, path}, response) => {
	if (method !== 'GET' || !isBlob(path)) {
		return false;
	}

	response.writeHead(200, {'content-length': '200000'});
	response.write('the beginning of it', () => {
		response.destroy();
	});
	return true;
};

test('everything comes: children, blobs, signature, SBOM, and tags last', async t => {
	const stage = await openStage(t);
	const {index, children, signature, bill, home, homeContent, content} = stage;
	t.deepEqual(await stage.copy(), {kind: 'copied', digest: index.digest});
	for (const {digest} of [index, ...children, signature, bill]) {
		t.true(stage.manifests().has(digest));
	}

	for (const digest of content.blobs.keys()) {
		t.deepEqual(homeContent.blobs.get(digest), content.blobs.get(digest));
	}

	t.is(stage.tags().get('1.0'), index.digest);
	const base = index.digest.replace(':', '-');
	t.is(stage.tags().get(`${base}.sig`), signature.digest);
	const puts = home.server.requests.filter(({method}) => method === 'PUT');
	t.true(puts.at(-1)?.path.endsWith('/manifests/1.0'));
});

test('a blob that several platforms share is sent once', async t => {
	const {home, copy, content} = await openStage(t);
	await copy();
	const uploads = home.server.requests.filter(
		({method, path}) => method === 'PUT' && path.includes('/blobs/uploads/'),
	);
	t.is(uploads.length, content.blobs.size);
});

test('a second time nothing is sent, and the source hands out no manifest', async t => {
	const {source, home, copy, index, signature, bill, children} =
		await openStage(t);
	await copy();
	source.server.requests.length = 0;
	home.server.requests.length = 0;
	const again = await copy({was: index.digest});
	t.is(again.kind, 'copied');
	t.deepEqual(
		home.server.requests.filter(
			({method}) => !['GET', 'HEAD'].includes(method),
		),
		[],
	);
	t.deepEqual(
		source.server.requests.filter(
			({method, path}) =>
				method === 'GET' &&
				[index, signature, bill, ...children].some(({digest}) =>
					path.endsWith(`/manifests/${digest}`),
				),
		),
		[],
	);
});

test('a blob that breaks off once is sent anew, whole', async t => {
	const {source, copy, homeContent, content} = await openStage(t);
	let broken = 0;
	source.faults.intercept = (...call) =>
		broken < 2 && breakOff(...call) === true && ++broken > 0;
	const outcome = await copy();
	t.is(outcome.kind, 'copied');
	t.is(broken, 2);
	for (const digest of content.blobs.keys()) {
		t.deepEqual(homeContent.blobs.get(digest), content.blobs.get(digest));
	}
});

test('a blob that always breaks off leaves no tag, and the source is named', async t => {
	const {source, copy, tags} = await openStage(t);
	source.faults.intercept = breakOff;
	const outcome = await copy();
	t.is(outcome.kind, 'failed');
	t.is(tags().size, 0);
});

test('what comes as a blob and is something else never gets home', async t => {
	const {source, copy, tags, homeContent} = await openStage(t);
	source.faults.intercept = ({method, path}, response) => {
		if (method !== 'GET' || !isBlob(path)) {
			return false;
		}

		response.writeHead(200, {'content-length': '200000'});
		response.end(new Uint8Array(200_000).fill(7));
		return true;
	};

	const outcome = await copy();
	t.is(outcome.kind, 'failed');
	t.regex('reason' in outcome ? outcome.reason : '', /what came as sha256:/v);
	t.is(homeContent.blobs.size, 0);
	t.is(tags().size, 0);
});

const refusals: ReadonlyArray<readonly [string, number, string]> = [
	[
		'a quota',
		403,
		'{"errors": [{"code": "DENIED", "message": "quota exceeded"}]}',
	],
	['416', 416, ''],
	['a login that has run out', 401, ''],
	['a size', 413, ''],
];

for (const [title, status, body] of refusals) {
	test(`home refuses an upload with ${title}: no tag, one sentence`, async t => {
		const {home, copy, tags} = await openStage(t);
		home.faults.intercept = ({method, path}, response) => {
			if (method !== 'PUT' || !path.includes('/blobs/uploads/')) {
				return false;
			}

			response.writeHead(status, {'content-type': 'application/json'});
			response.end(body);
			return true;
		};

		const outcome = await copy();
		t.is(outcome.kind, 'refused');
		t.regex(
			'reason' in outcome ? outcome.reason : '',
			new RegExp(`refused it: ${status}`, 'v'),
		);
		t.is(tags().size, 0);
	});
}

test('a token that runs out in the middle of an upload is asked for anew, and the blob is sent again, whole', async t => {
	const {home, copy, tags, index, homeContent, content} = await openStage(t);
	const tokens = ['first', 'second'];
	let given = 0;
	home.faults.intercept = ({method, path, headers}, response) => {
		if (path.startsWith('/token')) {
			given++;
			response.writeHead(200, {'content-type': 'application/json'});
			response.end(JSON.stringify({token: `${tokens[0]}-${given}`}));
			return true;
		}

		const isUpload = method === 'PUT' && path.includes('/blobs/uploads/');
		if (isUpload && tokens.length > 1) {
			tokens.shift();
		}

		if (headers.authorization?.startsWith(`Bearer ${tokens[0]}-`)) {
			return false;
		}

		response.writeHead(401, {
			'www-authenticate': `Bearer realm="http://${home.server.host}/token",service="home"`,
		});
		response.end();
		return true;
	};

	const outcome = await copy();
	t.is(outcome.kind, 'copied');
	t.is(tags().get('1.0'), index.digest);
	const uploads = home.server.requests.filter(
		({method, path}) => method === 'PUT' && path.includes('/blobs/uploads/'),
	);
	const refused = uploads.filter(({status}) => status === 401);
	// Those that were under way when it ran out, and none besides.
	t.true(refused.length > 0 && refused.length <= 6);
	t.is(uploads.length - refused.length, homeContent.blobs.size);
	for (const digest of content.blobs.keys()) {
		t.true(homeContent.blobs.has(digest));
	}
});

test('a 201 for a manifest is not believed where home does not hand it out', async t => {
	const {home, copy, tags} = await openStage(t);
	home.faults.intercept = ({method, path}, response) => {
		if (method !== 'PUT' || !path.includes('/manifests/')) {
			return false;
		}

		response.writeHead(201).end();
		return true;
	};

	const outcome = await copy();
	t.is(outcome.kind, 'failed');
	t.is(tags().size, 0);
});

test('a tag that somebody else has set at home since the plan stays', async t => {
	const {copy, tags, homeContent} = await openStage(t);
	const {digest} = addWhole(homeContent, at, {
		tags: ['1.0'],
		layers: [['other', 10]],
	});
	const outcome = await copy();
	t.is(outcome.kind, 'refused');
	t.is(tags().get('1.0'), digest);
	const again = await copy({was: digest});
	t.is(again.kind, 'copied');
});

test('a signature of its own that home has under the same tag stays', async t => {
	const {copy, tags, homeContent, index} = await openStage(t);
	const tag = `${index.digest.replace(':', '-')}.sig`;
	const {digest} = addWhole(homeContent, at, {
		tags: [tag],
		layers: [['own signature', 26]],
	});
	const outcome = await copy();
	t.is(outcome.kind, 'copied');
	t.is(tags().get(tag), digest);
});

test('some platforms only: another index without the rest, and what is about the whole stays behind', async t => {
	const {copy, tags, manifests, index, children, signature} =
		await openStage(t);
	const outcome = await copy({platforms: ['linux/arm64']});
	t.is(outcome.kind, 'copied');
	const [amd64, arm64] = children;
	t.false(manifests().has(index.digest));
	t.false(manifests().has(amd64!.digest));
	t.true(manifests().has(arm64!.digest));
	t.false(manifests().has(signature.digest));
	t.is(tags().get('1.0'), 'digest' in outcome ? outcome.digest : '');
	const none = await copy({platforms: ['linux/s390x']});
	t.is(none.kind, 'refused');
	t.regex('reason' in none ? none.reason : '', /no platform linux\/s390x/v);
});

test('safeguard 5: under --read-only nothing is sent', async t => {
	const {home, copy} = await openStage(t);
	t.deepEqual(await copy({readOnly: true}), {kind: 'would-copy'});
	t.deepEqual(
		home.server.requests.filter(
			({method}) => !['GET', 'HEAD'].includes(method),
		),
		[],
	);
});
