import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {bundleOptions} from '../../source/build/bundle-options.js';
import {runInterruptibly} from '../../source/commands/batch-session.js';
import {resume} from '../../source/commands/resume.js';
import {undo} from '../../source/commands/undo.js';
import {addImage, addIndex} from '../../source/demo/build-content.js';
import {addCosignSignature} from '../../source/demo/build-referrers.js';
import {
	type EmbeddedRegistry,
	type Intercept,
	startEmbeddedRegistry,
} from '../../source/demo/embedded-registry.js';
import {
	createRegistryContent,
	type RegistryContent,
} from '../../source/demo/registry-content.js';
import type {Digest} from '../../source/oci/digest.js';
import {UserError} from '../../source/user-error.js';
import type {Mark, World} from '../../source/world.js';
import {openStateWorld} from './build-batch.js';
import type {CrashRequest} from './crash-child.js';
import {addImages, addPlatforms, digestOf} from './journey-world.js';

/** Bundles the program that is killed into a folder; resolves to its file. */
export const bundleChild = async (folder: string): Promise<string> => {
	await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
	await build({
		...bundleOptions,
		entryPoints: [fileURLToPath(new URL('crash-child.ts', import.meta.url))],
		outdir: folder,
	});
	return path.join(folder, 'crash-child.js');
};

/** How a program ended, and what it printed: the point at which it died, or all points that it passed. */
export type ChildEnd = {readonly isKilled: boolean; readonly text: string};

/** Runs the bundled program. Throws where it neither ended by itself nor was killed. */
export const runChild = async (
	program: string,
	request: CrashRequest,
): Promise<ChildEnd> => {
	const child = spawn(process.execPath, [program, JSON.stringify(request)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let text = '';
	child.stdout.on('data', (chunk: Uint8Array) => {
		text += String(chunk);
	});
	await once(child, 'close');
	const isKilled = child.signalCode === 'SIGKILL';
	if (!isKilled && child.exitCode !== 0) {
		throw new Error(
			`The program ended with ${String(child.exitCode)}: ${text}`,
		);
	}

	return {isKilled, text};
};

/** Everything that a registry hands out, as one text for each manifest and tag. */
export const listContent = ({
	repositories,
}: RegistryContent): readonly string[] =>
	[...repositories]
		.flatMap(([name, {manifests, tags}]) => [
			...[...manifests].map(
				([digest, {mediaType, bytes}]) =>
					`${name}@${digest} ${mediaType} ${String(bytes)}`,
			),
			...[...tags].map(([tag, digest]) => `${name}:${tag} ${digest}`),
		])
		.toSorted();

/** What one batch is executed on. */
export type CrashStage = {
	readonly server: EmbeddedRegistry;
	readonly content: RegistryContent;
	readonly state: string;
	readonly world: World;
	readonly marks: readonly Mark[];
	/** All that goes, `REPOSITORY@DIGEST`: what is marked and what goes along. */
	readonly going: ReadonlySet<string>;
	readonly before: readonly string[];
	/** Told every request before it is answered. */
	readonly intercept: {current: Intercept | undefined};
	readonly close: () => Promise<void>;
};

/** Adds an index over two images, signed, as four digests. */
const addSigned = (
	content: RegistryContent,
	repository: string,
	name: string,
): [index: Digest, ...others: Digest[]] => {
	const children = ['amd64', 'arm64'].map(architecture => {
		const platform = {os: 'linux', architecture};
		const image = addImage(content, repository, {
			platform,
			layers: [{size: 1000, seed: `${name} ${architecture}`}],
		});
		return {...image, platform};
	});
	const index = addIndex(content, repository, {
		tags: [name, `${name}-again`],
		children,
	});
	const signature = addCosignSignature(content, repository, {
		subject: index,
		reference: repository,
	});
	return [
		digestOf(index),
		...[...children, signature].map(one => digestOf(one)),
	];
};

const fill = (
	content: RegistryContent,
	size: number,
): {readonly marked: readonly string[]; readonly going: readonly string[]} => {
	const marked: string[] = [];
	const going: string[] = [];
	for (let left = size, count = 0; left > 0; count++) {
		if (left >= 4) {
			const [index, ...others] = addSigned(content, 'shop/app', `v${count}`);
			marked.push(`shop/app@${index}`);
			going.push(...[index, ...others].map(digest => `shop/app@${digest}`));
			left -= 4;
		} else {
			const repository = left === 1 ? 'shop/web' : 'shop/app';
			const [digest] = addImages(content, repository, [`w${count} x${count}`]);
			marked.push(`${repository}@${digest}`);
			going.push(`${repository}@${digest}`);
			left--;
		}
	}

	return {marked, going};
};

/** A registry in this process, which outlives the one that is killed, and an empty state folder. */
export const openCrashStage = async (size: number): Promise<CrashStage> => {
	const content = createRegistryContent();
	const {marked, going} = fill(content, size);
	for (const repository of ['shop/app', 'shop/web']) {
		const names = Array.from({length: size / 2}, (_, index) => `stays${index}`);
		addImages(content, repository, names);
	}

	const [staying] = addPlatforms(content, 'shop/app', {
		tags: ['stays'],
		architectures: ['amd64'],
	});
	const intercept: CrashStage['intercept'] = {current: undefined};
	const server = await startEmbeddedRegistry({
		content,
		deletes: 'enabled',
		intercept: async (...call) => (await intercept.current?.(...call)) ?? false,
	});
	const folder = await mkdtemp(path.join(os.tmpdir(), 'jetsam-crash-'));
	const state = path.join(folder, 'not', 'there', 'yet');
	if (going.includes(`shop/app@${staying}`)) {
		throw new Error('What stays is among what goes.');
	}

	return {
		server,
		content,
		state,
		world: openStateWorld(state),
		marks: marked.map(text => {
			const [repository = '', digest = ''] = text.split('@');
			// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it is a digest that was just made
			return {registry: server.host, repository, digest: digest as Digest};
		}),
		going: new Set(going),
		before: listContent(content),
		intercept,
		async close() {
			await server.close();
			await rm(folder, {recursive: true, force: true});
		},
	};
};

/** What a command printed, and how it ended. */
export type CommandEnd = {readonly exitCode: number; readonly text: string};

/**
`jetsam resume BATCH`, with the phrases that it asks for. Throws `UserError`.
@param phrase - The one that it is likely to ask for.
*/
export const resumeBatch = async (
	world: World,
	batch: string | undefined,
	phrase: string | undefined,
): Promise<CommandEnd> => {
	const run = async (confirm: readonly string[]): Promise<CommandEnd> => {
		let text = '';
		const print = (line: string): void => {
			text += line;
		};

		const exitCode = await runInterruptibly(world, async session =>
			resume(
				session,
				{
					batch,
					yes: confirm.length > 0,
					confirm,
					json: false,
					maxShare: undefined,
				},
				{print, printError: print, isTerminal: false},
			),
		);
		return {exitCode, text};
	};

	if (phrase !== undefined) {
		try {
			return await run([phrase]);
		} catch (error) {
			if (!(error instanceof UserError) || !error.message.includes('phrase')) {
				throw error;
			}
		}
	}

	try {
		return await run([]);
	} catch (error) {
		const phrases =
			error instanceof UserError
				? [...error.remedy.matchAll(/--confirm '(?<phrase>[^']+)'/gv)].map(
						({groups}) => groups?.['phrase'] ?? '',
					)
				: [];
		if (phrases.length === 0) {
			throw error;
		}

		return run(phrases);
	}
};

/** `jetsam undo BATCH --yes`. Throws `UserError`. */
export const undoBatch = async (
	world: World,
	batch: string | undefined,
): Promise<CommandEnd> => {
	let text = '';
	const print = (line: string): void => {
		text += line;
	};

	const exitCode = await runInterruptibly(world, async session =>
		undo(
			session,
			{batch, yes: true, json: false},
			{print, printError: print, isTerminal: false},
		),
	);
	return {exitCode, text};
};
