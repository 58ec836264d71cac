import test, {type ExecutionContext} from 'ava';
import {
	addBlob,
	addImage,
	addIndex,
	addTag,
} from '../../source/demo/build-content.js';
import {addReferrer} from '../../source/demo/build-referrers.js';
import type {EmbeddedRegistryOptions} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	ensureRepository,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import type {Credentials} from '../../source/http/credentials.js';
import {parseDigest} from '../../source/oci/digest.js';
import {findPlace} from '../../source/registry/dialects/google-docker-images.js';
import {
	describeMissing,
	listDoubts,
} from '../../source/registry/dialects/google-completeness.js';
import {readGoogleRefusal} from '../../source/registry/dialects/google-refusal.js';
import {capabilitiesOf, kindOfHost} from '../../source/registry/kinds.js';
import {openRegistry} from '../../source/registry/open-registry.js';
import {
	createGoogleRegistry,
	firstUpload,
	type GoogleFaults,
} from '../helpers/google-registry.js';
import {startRegistry} from '../helpers/journey-world.js';
import type {DeleteReply, Registry} from '../../source/world.js';
import {catchSentence, readAll, signal} from './_embedded.js';

const image = 'shipyard/docks/crane';
const token = {username: 'oauth2accesstoken', password: 'a-token'};

/** A registry of Google's kind on this machine, opened as the program opens it. */
const open = async (
	t: ExecutionContext,
	options: Partial<Omit<EmbeddedRegistryOptions, 'intercept'>> & {
		readonly login?: Credentials;
		readonly content?: RegistryContent;
	} = {},
) => {
	const {login, content = createRegistryContent(), ...others} = options;
	const {server, faults: stage} = await startRegistry(t, {content, ...others});
	const google = createGoogleRegistry(content);
	stage.intercept = google.intercept;
	const registry = await openRegistry(server.host, {
		settings: {
			readOnly: false,
			insecureHosts: [],
			proxies: {http: undefined, https: undefined, none: undefined},
			retryPause: 1,
			now: () => 0,
		},
		logins: new Map(login ? [[server.host, login]] : []),
		kind: 'google',
		vendorOrigin: server.url,
		signal,
	});
	server.requests.length = 0;
	return {server, registry, content, faults: google.faults};
};

/** An image with so many digests, each with a tag of its own, as builds leave them. */
const addDocker = (
	content: RegistryContent,
	repository: string,
	count: number,
) =>
	Array.from({length: count}, (_, number) =>
		addImage(content, repository, {
			docker: true,
			tags: [`v${number}`],
			layers: [{size: 1000 + number, seed: `${repository} ${number}`}],
		}),
	);

/** What a reading of the image may hide. */
const listGaps = async (registry: Registry): Promise<string> => {
	const {gaps} = await readAll(registry, image);
	return gaps.join(' ');
};

const showRequests = (
	requests: ReadonlyArray<{readonly method: string; readonly path: string}>,
): string[] => requests.map(({method, path}) => `${method} ${path}`);

test('the names of hosts tell that they are of Google', t => {
	for (const host of [
		'europe-west1-docker.pkg.dev',
		'us-docker.pkg.dev',
		'gcr.io',
		'eu.gcr.io',
	]) {
		t.is(kindOfHost(host), 'google');
	}

	for (const host of [
		'docker.pkg.dev.example',
		'mygcr.io',
		'gcr.io.example:5000',
	]) {
		t.is(kindOfHost(host), undefined);
	}

	const {removesTagsFirst, listsUntagged, whyNoTagRemoval} =
		capabilitiesOf('google');
	t.deepEqual(
		{removesTagsFirst, listsUntagged, whyNoTagRemoval},
		{removesTagsFirst: true, listsUntagged: true, whyNoTagRemoval: undefined},
	);
});

test('safeguard 13: one list tells every digest, untagged ones too; only an index and what may be about another is read', async t => {
	const {registry, content, server, faults} = await open(t);
	const platform = {os: 'linux', architecture: 'arm64'};
	const [plain] = addDocker(content, image, 1);
	const child = addImage(content, image, {
		docker: true,
		layers: [{size: 5000, seed: 'child'}],
		platform,
	});
	const index = addIndex(content, image, {
		docker: true,
		tags: ['multi'],
		children: [{...child, platform}],
	});
	const bill = addReferrer(content, image, {
		subject: plain!,
		artifactType: 'application/spdx+json',
		payload: 'bill',
	});
	content.repositories.get(image)!.tags.delete('v0');
	faults.fields.set(child.digest, {timeCreatedMs: '-62135596800000'});
	const {records, gaps} = await readAll(registry, image);
	t.deepEqual(gaps, []);
	t.deepEqual(
		showRequests(server.requests).toSorted(),
		[
			`GET /v2/${image}/manifests/${bill.digest}`,
			`GET /v2/${image}/manifests/${index.digest}`,
			...[...content.repositories.get(image)!.tags.values()]
				.filter(digest => digest !== index.digest)
				.map(digest => `GET /v2/${image}/manifests/${digest}`),
			`GET /v2/${image}/tags/list?n=10000`,
		].toSorted(),
	);
	const one = records.get(plain!.digest)!;
	t.deepEqual(one.tags, []);
	t.is(one.state, 'loaded');
	t.true(one.size! > 1000);
	t.is(one.created, new Date(firstUpload - 1000).toISOString());
	t.is(one.uploaded, new Date(firstUpload).toISOString());
	const over = records.get(index.digest)!;
	t.deepEqual(over.children, [parseDigest(child.digest)]);
	t.deepEqual(over.tags, ['multi']);
	// Its row says 0.
	t.true(over.size! > records.get(child.digest)!.size!);
	t.deepEqual(records.get(child.digest)!.platforms, ['linux/arm64']);
	t.is(records.get(child.digest)!.created, undefined);
	t.is(records.get(bill.digest)!.subject, parseDigest(plain!.digest));
});

test('0, the year 1, 1980 and what is no number are no times; null maps and lists are empty', async t => {
	const {registry, content, faults} = await open(t);
	const times = [
		'0',
		'-62135596800000',
		'315532800000',
		'soon',
		null,
		undefined,
	];
	const images = addDocker(content, image, times.length);
	for (const [at, time] of times.entries()) {
		faults.fields.set(images[at]!.digest, {
			timeCreatedMs: time,
			timeUploadedMs: time,
		});
	}

	const {records, gaps} = await readAll(registry, image);
	t.deepEqual(gaps, []);
	t.deepEqual(
		[...records.values()].map(({created, uploaded}) => [created, uploaded]),
		times.map(() => [undefined, undefined]),
	);
	faults.areNull = true;
	content.repositories.get(image)!.tags.clear();
	const untagged = await readAll(registry, image);
	t.is(untagged.records.size, times.length);
	content.repositories.get(image)!.manifests.clear();
	const empty = await readAll(registry, image);
	t.deepEqual([empty.records.size, empty.gaps], [0, []]);
	t.is(await registry.findRepository(image, signal), undefined);
});

/** What is wrong with a list, and what the gap says. */
const incomplete: ReadonlyArray<
	readonly [string, (faults: GoogleFaults) => void, RegExp]
> = [
	[
		'a tag that no digest has',
		faults => {
			faults.moreTags = ['lost'];
		},
		/no digest has its tag lost/v,
	],
	[
		'digests that are cut off',
		faults => {
			faults.cut = 20;
		},
		/no digest has 40 of its tags/v,
	],
	[
		'a page without digests',
		faults => {
			faults.pages = 'tags only';
		},
		/a further page of it names no digests/v,
	],
	[
		'a page that is named again',
		faults => {
			faults.pages = 'the same again';
		},
		/names a page again/v,
	],
];

for (const [title, spoil, pattern] of incomplete) {
	test(`a list with ${title} is a gap`, async t => {
		const {registry, content, faults} = await open(t);
		addDocker(content, image, 60);
		t.is(await listGaps(registry), '');
		spoil(faults);
		const {gaps, records} = await readAll(registry, image);
		t.regex(gaps.join('\n'), pattern);
		t.regex(
			gaps.join('\n'),
			/list of shipyard\/docks\/crane may not be whole/v,
		);
		t.true(records.size > 0);
	});
}

test('pages beside the digests are read; a next page in words that cannot be read is a failure', async t => {
	const {registry, content, faults} = await open(t);
	addDocker(content, image, 9);
	faults.pages = 'two';
	const {records, gaps} = await readAll(registry, image);
	t.deepEqual([records.size, gaps], [9, []]);
	faults.pages = 'unreadable';
	t.regex(await catchSentence(t, readAll(registry, image)), /next page/v);
});

test('untagged digests that are cut off are told by the range that is left', async t => {
	const {registry, content, faults} = await open(t);
	addDocker(content, image, 90);
	content.repositories.get(image)!.tags.clear();
	t.is(await listGaps(registry), '');
	faults.cut = 30;
	t.regex(await listGaps(registry), /one part of their range/v);
});

const digestAt = (place: number) =>
	parseDigest(`sha256:${place.toString(16).padStart(8, '0').padEnd(64, '0')}`)!;

/** A list of so many digests, spread evenly. */
const spread = (count: number) =>
	Array.from({length: count}, (_, at) => ({
		digest: digestAt(Math.floor((at / count) * 2 ** 32)),
		tags: [`t${at}`],
		mediaType: '',
	}));

test('doubts come from numbers at which lists are cut, contradictions are gaps', t => {
	const doubt = (digests: ReturnType<typeof spread>, tags?: string[]) =>
		listDoubts(
			{
				children: [],
				digests,
				tags: tags ?? digests.flatMap(one => one.tags),
				problems: [],
			},
			'app',
		);
	t.deepEqual(doubt(spread(300)), {gaps: [], doubts: []});
	t.is(doubt(spread(1000)).doubts.length, 1);
	t.is(doubt(spread(995)).doubts.length, 1);
	t.is(doubt(spread(1300)).doubts.length, 0);
	t.is(doubt(spread(10_000)).doubts.length, 1);
	t.regex(
		doubt(spread(2), ['t0']).gaps[0]!,
		/has the tag t1, which is not among the tags/v,
	);
	const [first, second] = spread(2);
	t.regex(
		doubt([first!, {...second!, tags: ['t0']}]).gaps[0]!,
		/both have the tag t0/v,
	);
	t.regex(
		describeMissing('app', [digestAt(1), digestAt(2)]),
		/names 2 digests that it leaves out/v,
	);
});

test('the other API lifts a doubt or makes it a gap; without its leave the doubt stays', async t => {
	const {registry, content, faults, server} = await open(t, {
		login: token,
		credentials: undefined,
	});
	addDocker(content, image, 1000);
	addDocker(content, 'shipyard/docks/other/crane', 1);
	const manifests = server.requests;
	const whole = await readAll(registry, image);
	t.deepEqual(whole.gaps, []);
	const asked = manifests.filter(({path}) => path.startsWith('/v1/'));
	t.deepEqual(
		asked.map(({path, authorization}) => [path, authorization]),
		[
			[
				'/v1/projects/shipyard/locations/-/repositories/docks/dockerImages?pageSize=1000',
				'Bearer a-token',
			],
		],
	);
	faults.api = 'forbidden';
	t.regex(await listGaps(registry), /1000 digests and 1000 tags/v);
	faults.api = 'open';
	const unlisted = digestAt(7);
	faults.onlyInApi = [unlisted];
	t.regex(
		await listGaps(registry),
		/own API names a digest that it leaves out/v,
	);
});

test('the other API is not asked about a small list without contradictions, nor with a login that is no token', async t => {
	const small = await open(t, {login: token});
	addDocker(small.content, image, 3);
	await readAll(small.registry, image);
	const key = await open(t, {login: {username: '_json_key', password: '{}'}});
	addDocker(key.content, image, 3);
	key.faults.moreTags = ['lost'];
	await readAll(key.registry, image);
	for (const {server} of [small, key]) {
		t.false(server.requests.some(({path}) => path.startsWith('/v1/')));
	}
});

test('an image has a place in the other API', t => {
	const places = {
		'europe-west1-docker.pkg.dev p/r/a/b':
			'projects/p/locations/europe-west1/repositories/r a/b',
		'us-docker.pkg.dev example.com/p/r/a':
			'projects/example.com:p/locations/us/repositories/r a',
		'eu.gcr.io p/a/b': 'projects/p/locations/europe/repositories/eu.gcr.io a/b',
		'gcr.io p/a': 'projects/p/locations/us/repositories/gcr.io a',
		'us-docker.pkg.dev p/r': undefined,
	};
	for (const [asked, expected] of Object.entries(places)) {
		const [host = '', repository = ''] = asked.split(' ');
		const place = findPlace(host, repository);
		t.is(place && `${place.parent} ${place.image}`, expected);
	}
});

const names = ['p/docks/crane', 'p/docks/hoist', 'p/yard/crane/small'];

const collect = async (
	pages: AsyncIterable<readonly string[]>,
): Promise<string[]> => {
	const all: string[] = [];
	for await (const page of pages) {
		all.push(...page);
	}

	return all.toSorted();
};

test('the catalog lists repositories; a closed one is walked from the path that was asked about', async t => {
	const opened = await open(t);
	const closed = await open(t, {catalog: 'denied'});
	for (const {content} of [opened, closed]) {
		for (const name of names) {
			addDocker(content, name, 1);
		}
	}

	t.deepEqual(await collect(opened.registry.listRepositories(signal)), names);
	t.regex(
		await catchSentence(t, collect(closed.registry.listRepositories(signal))),
		/does not list its repositories to this login\. Name a project/v,
	);
	t.is(await closed.registry.findRepository('p', signal), undefined);
	t.truthy(await closed.registry.findRepository('p/docks/crane', signal));
	t.deepEqual(await collect(closed.registry.listRepositories(signal)), names);
});

test('a walk goes on past a path that cannot be read, and says so at the end', async t => {
	const {registry, content, faults} = await open(t, {catalog: 'denied'});
	for (const name of names) {
		addDocker(content, name, 1);
	}

	await registry.findRepository('p', signal);
	faults.before = ({path}, response) => {
		const isRefused = path.startsWith('/v2/p/docks/tags/');
		if (isRefused) {
			response.writeHead(403).end();
		}

		return isRefused;
	};

	const listed: string[] = [];
	const sentence = await catchSentence(
		t,
		(async () => {
			for await (const page of registry.listRepositories(signal)) {
				listed.push(...page);
			}
		})(),
	);
	t.deepEqual(listed, ['p/yard/crane/small']);
	t.regex(sentence, /403/v);
});

test('429 makes the list wait and costs nothing', async t => {
	const {registry, content, faults} = await open(t);
	addDocker(content, image, 2);
	faults.busy = 3;
	const {records, gaps} = await readAll(registry, image);
	t.deepEqual([records.size, gaps], [2, []]);
});

test('Google’s refusals are told in plain words', t => {
	const digest = digestAt(1);
	const say = (code: string, detail: string): string => {
		const reply = readGoogleRefusal({
			repository: image,
			reference: digest,
			status: 400,
			codes: [code],
			detail,
		});
		return reply?.kind === 'refused' ? `${reply.scope}: ${reply.reason}` : '';
	};

	t.regex(
		say(
			'GOOGLE_MANIFEST_DANGLING_TAG',
			'Manifest is still referenced by tag: main.1a2b',
		),
		/^digest: Google keeps it because the tag main\.1a2b still means it/v,
	);
	t.regex(
		say('GOOGLE_MANIFEST_DANGLING_TAG', ''),
		/because a tag still means it/v,
	);
	t.regex(
		say(
			'GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE',
			`Manifest is still referenced by one or more parent images: ${digest}`,
		),
		/the index sha256:000000010000|the index 000000010000/v,
	);
	t.regex(
		say('GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE', ''),
		/because an index names it/v,
	);
	t.regex(
		say('DENIED', 'The repository has enabled tag immutability'),
		/^digest: Tags of this repository are immutable/v,
	);
	t.is(say('DENIED', 'no'), '');
});

const kindOf = async (reply: Promise<DeleteReply>): Promise<string> => {
	const {kind} = await reply;
	return kind;
};

test('deleting by tag takes the tag only, by digest what nothing means', async t => {
	const {registry, content} = await open(t);
	const [one] = addDocker(content, image, 1);
	addTag(content, image, 'latest', one!.digest);
	addBlob(content, 'unused', 'text/plain');
	const digest = parseDigest(one!.digest)!;
	const {tags, manifests} = ensureRepository(content, image);
	t.is(await kindOf(registry.deleteManifest(image, digest, signal)), 'refused');
	t.is(await kindOf(registry.deleteTag(image, 'v0', signal)), 'accepted');
	t.deepEqual([...tags.keys()], ['latest']);
	t.is(await kindOf(registry.deleteTag(image, 'latest', signal)), 'accepted');
	t.is(
		await kindOf(registry.deleteManifest(image, digest, signal)),
		'accepted',
	);
	t.is(manifests.size, 0);
	t.is(await kindOf(registry.deleteManifest(image, digest, signal)), 'absent');
});
