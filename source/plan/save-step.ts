import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {type Manifest, parseManifest} from '../oci/manifest.js';
import {UserError} from '../user-error.js';
import type {SavedManifest, Trash} from '../batch.js';
import type {ServedContent} from '../contents.js';
import {isHeldElsewhere} from '../push/held-elsewhere.js';
import {
	describeError,
	keyInRun,
	noteLimit,
	noteRefusal,
	type Run,
} from './execution.js';
import type {Outcome, Step} from './plan.js';

/** What was kept of a step, for its line in the journal. */
export type Saved = {
	readonly kind: 'saved';
	/** The step's own digest first, then what goes along with it. */
	readonly saved: readonly SavedManifest[];
	/** Configs and layers that the registry has not got any more. */
	readonly notThere: readonly Digest[];
};

/**
Safeguard 7: keeps the manifest and the config of a step, and of everything that goes along with it, before its delete. With `keepBlobs` the layers too.

All of it is on disk when this resolves to `saved`; else it resolves to how the step ends, and nothing may be deleted.
*/
export const saveStep = async (
	run: Run,
	step: Step,
	trash: Trash,
): Promise<Saved | Outcome> => {
	let contents: readonly Read[];
	try {
		contents = await readFamily(run, step);
	} catch (error) {
		return explainReadFailure(run, step, error);
	}

	if (contents.length === 0) {
		return {
			kind: 'refused',
			reason:
				'It could not be saved first: the registry does not hand its manifest out.',
		};
	}

	try {
		await trash.save(step, {
			manifests: contents.map(({saved, content}) => ({
				...saved,
				bytes: content.bytes,
			})),
			blobs: contents.flatMap(({config}) => config ?? []),
		});
		for (const {saved, config} of contents) {
			for (const {digest} of [saved, ...config]) {
				run.kept.add(keyInRun({...step, digest}));
			}
		}

		const lost = run.keepBlobs ? await keepLayers(run, step, contents) : [];
		return {
			kind: 'saved',
			saved: contents.map(({saved}) => saved),
			notThere: [...contents.flatMap(({notThere}) => notThere), ...lost],
		};
	} catch (error) {
		if (!(error instanceof UserError) || run.abort.aborted) {
			throw error;
		}

		// What cannot be kept of one step cannot be kept of the next either.
		run.closed.set('', 'the trash could not be written');
		return {
			kind: 'failed',
			reason: `${describeError(error)} Nothing was deleted.`,
		};
	}
};

/** A manifest that was read, with its config. */
type Read = {
	readonly saved: SavedManifest;
	readonly content: ServedContent;
	readonly manifest: Manifest | undefined;
	readonly config: ReadonlyArray<{digest: Digest; bytes: Uint8Array}>;
	readonly notThere: readonly Digest[];
};

/** The step's own manifest first; empty where that cannot be had. What goes along may be gone already. */
const readFamily = async (run: Run, step: Step): Promise<readonly Read[]> => {
	const own = await readOne(run, step);
	if (!own || step.onlyTag !== undefined) {
		return own ? [own] : [];
	}

	const others = await Promise.all(
		run.familyOf(step).map(async other => readOne(run, other)),
	);
	return [own, ...others.filter(other => other !== undefined)];
};

/** What this run has put into the trash already, because it was saved with what it goes along with, is not read again: that can cost one more pull. */
const readOnce = async (
	{registry, trash, kept, abort}: Run,
	repository: string,
	wanted: {
		readonly digest: Digest;
		readonly kind: 'manifest' | 'blob';
		/** An empty text where only the registry knows it. */
		readonly mediaType: string;
	},
): Promise<ServedContent | undefined> => {
	const {digest, kind, mediaType} = wanted;
	const place = {registry: registry.host, repository};
	const isKept = mediaType !== '' && kept.has(keyInRun({repository, digest}));
	const bytes = isKept ? await trash?.read(place, digest) : undefined;
	return bytes
		? {bytes, mediaType}
		: registry.readContent(repository, {digest, kind}, abort);
};

const readOne = async (
	run: Run,
	{repository, digest, tags, onlyTag, mediaType}: Step,
): Promise<Read | undefined> => {
	const content = await readOnce(run, repository, {
		digest,
		kind: 'manifest',
		mediaType,
	});
	if (!content) {
		return undefined;
	}

	const manifest = parseManifest(decodeText(content.bytes), content.mediaType);
	const descriptor = manifest?.config;
	const config =
		descriptor &&
		(await readOnce(run, repository, {...descriptor, kind: 'blob'}));
	return {
		saved: {
			digest,
			// What the document itself says is what it has to be sent as.
			mediaType: manifest?.mediaType ?? content.mediaType,
			tags: onlyTag === undefined ? tags : [onlyTag],
		},
		content,
		manifest,
		config:
			descriptor && config
				? [{digest: descriptor.digest, bytes: config.bytes}]
				: [],
		notThere: descriptor && !config ? [descriptor.digest] : [],
	};
};

/** Keeps the layers, one after the other; resolves to those that the registry has not got. */
const keepLayers = async (
	{registry, abort, trash}: Run,
	{registry: host, repository}: Step,
	contents: readonly Read[],
): Promise<Digest[]> => {
	const lost: Digest[] = [];
	const place = {registry: host, repository};
	const layers = contents.flatMap(({manifest}) => manifest?.layers ?? []);
	const digests = layers
		.filter(layer => !isHeldElsewhere(layer))
		.map(({digest}) => digest);
	for (const digest of new Set(digests)) {
		if (trash && !(await trash.has(place, digest))) {
			const isThere = await registry.readBlob(repository, digest, {
				receive: async bytes => trash.saveBlob(place, digest, bytes),
				signal: abort,
			});
			if (!isThere) {
				lost.push(digest);
			}
		}
	}

	return lost;
};

const explainReadFailure = (run: Run, step: Step, error: unknown): Outcome => {
	if (!(error instanceof UserError) || run.abort.aborted) {
		throw error;
	}

	noteLimit(run, error);
	const reason = `It could not be saved first: ${error.sentence}`;
	if (error.status === 401 || error.status === 403) {
		return noteRefusal(run, step, {scope: 'host', reason});
	}

	// A server that fails may not the next time; bytes that are wrong stay wrong.
	return error.status >= 500 || error.status === 429
		? {kind: 'failed', reason}
		: {kind: 'refused', reason};
};
