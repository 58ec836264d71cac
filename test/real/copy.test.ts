import {Buffer} from 'node:buffer';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {makeHome} from '../helpers/open-program.js';
import {
	acceptedTypes,
	listTruth,
	pushImage,
	pushIndex,
	sendRequest,
} from '../helpers/push-content.js';
import {
	findRealRegistry,
	labAuthorization,
	type RealRegistry,
	startRealRegistry,
} from '../helpers/real-registry.js';
import {startProgram} from '../helpers/run-program.js';
import {skip} from '../http/_loopback.js';
import {findSkopeo, pullWithSkopeo} from '../helpers/skopeo.js';

/* Two real registries: what is elsewhere comes home. */

const repository = 'team/app';
const created = '2026-05-06T07:08:09Z';

/** An index with two platforms that share a layer, its signature, and an SBOM that a list under the fallback tag names. */
const pushAll = async (
	{url}: RealRegistry,
	layer = Buffer.from('a layer that both of them share'),
) => {
	const push = async (architecture: string) =>
		pushImage(url, repository, {
			tags: [],
			layers: [layer, Buffer.from(`the layer of ${architecture}`)],
			created,
			platform: {os: 'linux', architecture},
		});
	const children = [await push('amd64'), await push('arm64')];
	const index = await pushIndex(url, repository, {tags: ['1.0'], children});
	const about = {
		created,
		platform: {os: 'linux', architecture: 'unknown'},
	};
	const base = index.digest.replace(':', '-');
	const signature = await pushImage(url, repository, {
		...about,
		tags: [`${base}.sig`],
		layers: [Buffer.from('a signature')],
	});
	const {digest, mediaType, size} = index;
	const bill = await pushImage(url, repository, {
		...about,
		tags: [],
		layers: [Buffer.from('the parts of it')],
		subject: {digest, mediaType, size},
	});
	await pushIndex(url, repository, {tags: [base], children: [bill]});
	return {index, children, signature, bill, base};
};

const testCopy = (
	title: string,
	body: (
		t: ExecutionContext,
		stage: {
			readonly source: RealRegistry;
			readonly home: RealRegistry;
			/** The folder of the program's own. */
			readonly folder: string;
		},
	) => Promise<void>,
	{htpasswd = false}: {readonly htpasswd?: boolean} = {},
): void => {
	test(title, async t => {
		if (!findRealRegistry()) {
			skip(t, 'there is no docker-registry on this machine');
			return;
		}

		const source = await startRealRegistry({deletes: true});
		t.teardown(source.stop);
		const home = await startRealRegistry({
			deletes: true,
			htpasswd,
			log: 'json',
		});
		t.teardown(home.stop);
		const folder = await makeHome(t);
		await body(t, {source, home, folder});
	});
};

const writeLogin = async (folder: string, host: string): Promise<void> => {
	await mkdir(folder, {recursive: true});
	await writeFile(
		path.join(folder, 'config.json'),
		JSON.stringify({auths: {[host]: {auth: labAuthorization.slice(6)}}}),
	);
};

/** The manifest that a reference means at home. */
const readManifest = async (
	{url}: RealRegistry,
	name: string,
	authorization?: string,
) => {
	const [at, reference] = name.split(' ');
	const {status, body} = await sendRequest(
		new URL(`/v2/${at ?? ''}/manifests/${reference ?? ''}`, url),
		{headers: {accept: acceptedTypes}, authorization},
	);
	return {status, text: Buffer.from(body).toString()};
};

testCopy(
	'an index comes home with its platforms, its signature, its SBOM and a layer of 300 MB; skopeo copies all of it, and a second time nothing is sent',
	async (t, {source, home, folder}) => {
		const {bill, base} = await pushAll(
			source,
			Buffer.alloc(300_000_000, 'jet'),
		);
		await writeLogin(folder, home.host);
		const line = [
			'copy',
			`${source.host}/${repository}:1.0`,
			'--to',
			`${home.host}/mirror`,
			'--yes',
		];
		const first = await startProgram(t, line, {home: folder}).end;
		t.is(first.exitCode, 0, first.stderr);
		const before = await listTruth(source.url, repository);
		const at = `mirror/${repository}`;
		for (const [tag, digest] of before) {
			const [here, there] = [
				await readManifest(home, `${at} ${tag}`, labAuthorization),
				await readManifest(source, `${repository} ${tag}`),
			];
			t.is(here.status, 200, tag);
			if (tag === base) {
				t.true(here.text.includes(bill.digest));
			} else {
				t.is(here.text, there.text, digest);
			}
		}

		const skopeo = findSkopeo();
		if (skopeo) {
			const pulled = path.join(folder, 'skopeo');
			await writeLogin(path.join(pulled, '.docker'), home.host);
			for (const tag of ['1.0', `${base}.sig`, base]) {
				await t.notThrowsAsync(
					pullWithSkopeo(skopeo, `${home.host}/${at}:${tag}`, {
						folder: pulled,
						all: true,
					}),
				);
			}
		} else {
			skip(t, 'there is no skopeo on this machine');
		}

		const logged = home.readLog().length;
		const second = await startProgram(t, line, {home: folder}).end;
		t.is(second.exitCode, 0, second.stderr);
		t.notRegex(home.readLog().slice(logged), /"http\.request\.method":"PUT"/v);
		t.regex(second.stderr, /whose tag means it already/v);
	},
	{htpasswd: true},
);

testCopy(
	'within one registry blobs are mounted, and none is sent',
	async (t, {home, folder}) => {
		await pushAll(home);
		const logged = home.readLog().length;
		const {exitCode, stderr} = await startProgram(
			t,
			[
				'copy',
				`${home.host}/${repository}:1.0`,
				'--to',
				`${home.host}/mirror`,
				'--yes',
			],
			{home: folder},
		).end;
		t.is(exitCode, 0, stderr);
		const log = home.readLog().slice(logged);
		t.regex(log, /uploads\/\?mount=sha256/v);
		t.notRegex(log, /"http\.request\.method":"PUT"[^\n]*blobs\/uploads/v);
	},
);

const kills = 20;

testCopy(
	'a copy that is killed at 20 moments leaves no tag that means less than all of its image, and goes on',
	async (t, {source, home, folder}) => {
		const {index, children} = await pushAll(
			source,
			Buffer.alloc(8_000_000, 'jetsam'),
		);
		const expected = await listTruth(source.url, repository);
		const line = [
			'copy',
			`${source.host}/${repository}:1.0`,
			'--to',
			`${home.host}/mirror`,
			'--yes',
		];
		const at = `mirror/${repository}`;
		// Tags that mean something else than elsewhere, or something that is not there.
		const wrong: string[] = [];
		const look = async (): Promise<boolean> => {
			const {status, text} = await readManifest(home, `${at} 1.0`);
			if (status !== 200) {
				return false;
			}

			const there = await readManifest(source, `${repository} 1.0`);
			if (text !== there.text) {
				wrong.push(`1.0 is ${text}`);
			}

			for (const {digest} of children) {
				const child = await readManifest(home, `${at} ${digest}`);
				if (child.status !== 200) {
					wrong.push(`1.0 lacks ${digest}`);
				}
			}

			return true;
		};

		let survived = 0;
		for (let kill = 0; kill < kills; kill++) {
			const {child, end} = startProgram(t, line, {home: folder});
			const over = new AbortController();
			const watch = (async () => {
				while (!over.signal.aborted) {
					await look();
				}
			})();
			// Anywhere from before the first request to after the last.
			await Promise.race([end, sleep(150 + 60 * kill)]);
			child.kill('SIGKILL');
			const {exitCode} = await end;
			survived += exitCode === 0 ? 1 : 0;
			over.abort();
			await watch;
		}

		t.log(`${kills} runs, ${survived} of which had ended before`);
		t.deepEqual(wrong, []);
		const last = await startProgram(t, line, {home: folder}).end;
		t.is(last.exitCode, 0, last.stderr);
		t.true(await look());
		t.deepEqual(wrong, []);
		const truth = await listTruth(home.url, at);
		t.is(truth.get('1.0'), index.digest);
		t.deepEqual([...truth.keys()].toSorted(), [...expected.keys()].toSorted());
	},
);

testCopy(
	'a tag at home that means something else moves only by its phrase; a home that takes nothing, and an image that is not there, are one sentence',
	async (t, {source, home, folder}) => {
		const {index} = await pushAll(source);
		const other = await pushImage(home.url, `mirror/${repository}`, {
			tags: ['1.0'],
			layers: [Buffer.from('another')],
			created,
			platform: {os: 'linux', architecture: 'amd64'},
		});
		const image = `${source.host}/${repository}:1.0`;
		const line = ['copy', image, '--to', `${home.host}/mirror`, '--yes'];
		const refused = await startProgram(t, line, {home: folder}).end;
		t.is(refused.exitCode, 3);
		t.regex(refused.stderr, /1 tag at home would move, so nothing was copied/v);
		const tagged = async () => {
			const truth = await listTruth(home.url, `mirror/${repository}`);
			return truth.get('1.0');
		};

		t.is(await tagged(), other.digest);
		const moved = await startProgram(
			t,
			[...line, '--confirm', `move 1 tag at ${home.host}`],
			{home: folder},
		).end;
		t.is(moved.exitCode, 0, moved.stderr);
		t.is(await tagged(), index.digest);
		const missing = await startProgram(
			t,
			['copy', `${image}x`, image, '--to', `${home.host}/other`, '--yes'],
			{home: folder},
		).end;
		t.is(missing.exitCode, 1);
		t.regex(missing.stderr, /There is no [^\n]*1\.0x\./v);
		t.deepEqual(await listTruth(home.url, `other/${repository}`), new Map());
	},
);
