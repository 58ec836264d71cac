import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {
	type Digest,
	digestAlgorithm,
	hashLike,
	parseDigest,
} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {UserError} from '../user-error.js';
import type {RepositoryPlace, SavedManifest, Trash} from '../batch.js';
import {
	describeWayOut,
	type DurableFiles,
	makeFolder,
	syncFolder,
	writeWhole,
} from './durable-file.js';

const layoutText = '{"imageLayoutVersion":"1.0.0"}\n';
const tagAnnotation = 'org.opencontainers.image.ref.name';

/** A manifest in the list of a layout. */
type Listed = SavedManifest & {readonly size: number};

/** One OCI image layout. */
type Layout = {
	readonly folder: string;
	readonly place: RepositoryPlace;
	readonly listed: Map<Digest, Listed>;
	/** Contents that are known to be there, whole. */
	readonly there: Set<Digest>;
	/** How many manifests the list on disk names, or the one being written. */
	written: number;
	/** The last list that is being written: an older one must not come after it. */
	writing: Promise<void>;
};

/**
A name as a part of a path, so that none leads anywhere else: what is not a plain letter is written by its code, a dot at its beginning too, and what is longer than a file's name may be ends in a hash.
*/
export const encodeName = (name: string): string => {
	const encoded = encodeURIComponent(name).replace(/^\./, '%2E');
	return encoded.length <= 200
		? encoded
		: `${encoded.slice(0, 180)}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
};

const explain = (error: unknown, folder: string): UserError =>
	error instanceof UserError
		? error
		: new UserError(
				`The trash ${folder} could not be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`,
				{
					remedy: `Nothing is deleted that was not saved: ${describeWayOut(error)} or choose another folder with --state.`,
					cause: error,
				},
			);

/**
The trash of a batch: `trash/BATCH/HOST/REPOSITORY/` under the state folder, each of the last an OCI image layout, readable by its owner only.

Every content is on disk under its digest before `save` resolves, and so is the journal's line that names it before anything is deleted: those two are what undo goes by. The list of a layout, `index.json`, is for other tools. It is written anew
when it has grown by an eighth and at the end: rewritten at each step it would cost more than all contents together.
@see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
*/
export const createTrash = (
	stateFolder: string,
	batch: string,
	files: DurableFiles,
): Trash => {
	const root = path.join(stateFolder, 'trash', encodeName(batch));
	const layouts = new Map<string, Promise<Layout>>();

	const open = async (place: RepositoryPlace): Promise<Layout> => {
		const names = ['trash', encodeName(batch), ...namesOf(place)];
		const folder = path.join(stateFolder, ...names);
		const listed = await readList(folder);
		await makeFolder(stateFolder, [...names, 'blobs', 'sha256'], files);
		await writeText(path.join(folder, 'oci-layout'), layoutText, files);
		const layout = {
			folder,
			place,
			listed,
			there: new Set<Digest>(),
			written: -1,
			writing: Promise.resolve(),
		};
		await writeList(layout, files);
		return layout;
	};

	const layoutOf = async (place: RepositoryPlace): Promise<Layout> => {
		const key = namesOf(place).join('/');
		const layout = layouts.get(key) ?? open(place);
		layouts.set(key, layout);
		return layout;
	};

	const fileOf = (place: RepositoryPlace, digest: Digest): string =>
		path.join(root, ...namesOf(place), 'blobs', ...digest.split(':'));

	const read: Trash['read'] = async (place, digest) => {
		const bytes = await readFile(fileOf(place, digest)).catch(() => undefined);
		return bytes && hashLike(digest, bytes) === digest ? bytes : undefined;
	};

	const write = async (
		{folder, there}: Layout,
		digest: Digest,
		bytes: Uint8Array | AsyncIterable<Uint8Array>,
	): Promise<string> => {
		const algorithm = digestAlgorithm(digest);
		const blobs = path.join(folder, 'blobs', algorithm);
		const made = await files.mkdir(blobs, {recursive: true, mode: 0o700});
		if (made !== undefined) {
			await syncFolder(path.dirname(blobs), files);
		}

		await writeWhole(
			path.join(folder, 'blobs', ...digest.split(':')),
			{
				bytes,
				algorithm,
				check(hash) {
					ensureDigest(digest, `${algorithm}:${hash}`);
				},
			},
			files,
		);
		there.add(digest);
		return blobs;
	};

	return {
		path: root,
		async save(place, {manifests, blobs}) {
			try {
				const layout = await layoutOf(place);
				const folders = await Promise.all(
					[...manifests, ...blobs]
						.filter(({digest}) => !layout.there.has(digest))
						.map(async ({digest, bytes}) => write(layout, digest, bytes)),
				);
				for (const folder of new Set(folders)) {
					await syncFolder(folder, files);
				}

				for (const {digest, mediaType, tags, bytes} of manifests) {
					const size = bytes.length;
					layout.listed.set(digest, {digest, mediaType, tags, size});
				}

				if (layout.listed.size > layout.written * 1.125) {
					await writeList(layout, files);
				}
			} catch (error) {
				throw explain(error, root);
			}
		},
		async saveBlob(place, digest, bytes) {
			try {
				const layout = await layoutOf(place);
				await syncFolder(await write(layout, digest, bytes), files);
			} catch (error) {
				throw explain(error, root);
			}
		},
		async has(place, digest) {
			const key = namesOf(place).join('/');
			const layout = await layouts.get(key)?.catch(() => undefined);
			return (
				layout?.there.has(digest) ??
				(await hashFile(fileOf(place, digest), digest)) === digest
			);
		},
		read,
		async open(place, digest) {
			const file = fileOf(place, digest);
			if ((await hashFile(file, digest)) !== digest) {
				return undefined;
			}

			const {size} = await stat(file);
			return {
				size,
				open: () => createReadStream(file) as AsyncIterable<Uint8Array>,
			};
		},
		async close() {
			try {
				for (const layout of await Promise.all(layouts.values())) {
					if (layout.listed.size !== layout.written) {
						await writeList(layout, files);
					}
				}
			} catch (error) {
				throw explain(error, root);
			}
		},
	};
};

const namesOf = ({registry, repository}: RepositoryPlace): [string, string] => [
	encodeName(registry),
	encodeName(repository),
];

const ensureDigest = (digest: Digest, found: string): void => {
	if (found !== digest) {
		throw new UserError(
			`The registry sent bytes that do not match their digest (asked for ${digest}, got ${found}).`,
			{remedy: 'They were not kept, so nothing was deleted.'},
		);
	}
};

/** The digest that a file's bytes have; an empty text where there is no such file. */
const hashFile = async (file: string, like: Digest): Promise<string> => {
	const algorithm = digestAlgorithm(like);
	const hash = createHash(algorithm);
	try {
		for await (const piece of createReadStream(
			file,
		) as AsyncIterable<Uint8Array>) {
			hash.update(piece);
		}
	} catch {
		return '';
	}

	return `${algorithm}:${hash.digest('hex')}`;
};

const writeText = async (
	file: string,
	text: string,
	files: DurableFiles,
): Promise<void> => {
	const bytes = new TextEncoder().encode(text);
	await writeWhole(file, {bytes, algorithm: 'sha256'}, files);
	await syncFolder(path.dirname(file), files);
};

/** One descriptor for each tag, as other tools expect it, and one for a manifest without any. */
const writeList = async (
	layout: Layout,
	files: DurableFiles,
): Promise<void> => {
	layout.written = layout.listed.size;
	layout.writing = layout.writing.then(async () => writeListNow(layout, files));
	return layout.writing;
};

const writeListNow = async (
	layout: Layout,
	files: DurableFiles,
): Promise<void> => {
	const {folder, place, listed} = layout;
	const manifests = [...listed.values()].flatMap(
		({digest, mediaType, size, tags}) =>
			tags.length === 0
				? [{mediaType, digest, size}]
				: tags.map(tag => ({
						mediaType,
						digest,
						size,
						annotations: {[tagAnnotation]: tag},
					})),
	);
	const text = JSON.stringify({
		schemaVersion: 2,
		mediaType: 'application/vnd.oci.image.index.v1+json',
		manifests,
		annotations: Object.fromEntries([
			['jetsam.registry', place.registry],
			['jetsam.repository', place.repository],
		]),
	});
	await writeText(path.join(folder, 'index.json'), `${text}\n`, files);
};

const readList = async (folder: string): Promise<Map<Digest, Listed>> => {
	const text = await readFile(path.join(folder, 'index.json'), 'utf8').catch(
		() => '',
	);
	const document = parseJson(text);
	const entries = isJsonObject(document) ? document['manifests'] : undefined;
	const listed = new Map<Digest, Listed>();
	for (const entry of Array.isArray(entries) ? entries : []) {
		const digest = isJsonObject(entry)
			? parseDigest(entry['digest'])
			: undefined;
		if (!isJsonObject(entry) || !digest) {
			continue;
		}

		const {mediaType, size, annotations} = entry;
		const tag = isJsonObject(annotations) ? annotations[tagAnnotation] : '';
		listed.set(digest, {
			digest,
			mediaType: typeof mediaType === 'string' ? mediaType : '',
			size: typeof size === 'number' ? size : 0,
			tags: [
				...(listed.get(digest)?.tags ?? []),
				...(typeof tag === 'string' && tag !== '' ? [tag] : []),
			],
		});
	}

	return listed;
};
