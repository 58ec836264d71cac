import {type Digest, hashBytes, parseDigest} from '../oci/digest.js';
import {decodeText, isJsonObject, parseJson} from '../oci/json.js';
import {manifestMediaTypes} from '../oci/manifest.js';
import {hasManifest, preparePut, pushTag} from '../push/push-content.js';
import {
	check,
	type CopiedManifest,
	copyManifest,
	type Copying,
} from './copy-image.js';

/** A tag that is set at home when everything else stands. */
export type PendingTag = {
	readonly tag: string;
	readonly digest: Digest;
	/** Whether it holds all that the tag names by now, so that the tag may mean it from now on. */
	readonly isMerged: boolean;
};

/** Cosign's endings: signature, attestation, bill of materials. */
const endings = ['.sig', '.att', '.sbom'];

/**
Copies what is about a digest: its referrers, and the artifacts that cosign files under tags made of it. Referrers of referrers come too.

Resolves to the tags by which clients find them at home, to be set last.
*/
export const copyAbout = async (
	copying: Copying,
	digest: Digest,
	path: ReadonlySet<Digest> = new Set(),
): Promise<readonly PendingTag[]> => {
	const {source, target} = copying;
	const {signal} = target;
	const seen = new Set([...path, digest]);
	const pending: PendingTag[] = [];
	const about = await source.registry.listReferrers(
		source.repository,
		digest,
		signal,
	);
	const copied: CopiedManifest[] = [];
	for (const referrer of about.filter(one => !seen.has(one.digest))) {
		copied.push(await copyManifest(copying, referrer.digest));
		pending.push(...(await copyAbout(copying, referrer.digest, seen)));
	}

	const base = digest.replace(':', '-');
	for (const ending of endings) {
		const tag = base + ending;
		const found = await source.registry.resolve(source.repository, tag, signal);
		if (found) {
			await copyManifest(copying, found);
			pending.push({tag, digest: found, isMerged: false});
		}
	}

	const list = await listAnew(copying, digest, copied);
	return list
		? [...pending, {tag: base, digest: list, isMerged: true}]
		: pending;
};

/**
The list of referrers under the fallback tag, with those that were copied besides what it names already; `undefined` where the registry at home lists them itself.
@see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests-with-subject
*/
const listAnew = async (
	{target}: Copying,
	digest: Digest,
	copied: readonly CopiedManifest[],
): Promise<Digest | undefined> => {
	const {registry, repository, signal} = target;
	const there = await registry.listReferrers(repository, digest, signal);
	const listed = new Set(there.map(referrer => referrer.digest));
	const missing = copied.filter(one => !listed.has(one.digest));
	if (missing.length === 0) {
		return undefined;
	}

	const bytes = new TextEncoder().encode(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: manifestMediaTypes.index,
			manifests: [
				...(await readList(target, digest.replace(':', '-'))),
				...missing.map(one => describe(one)),
			],
		}),
	);
	const list = parseDigest(hashBytes(bytes, 'sha256'));
	if (!list) {
		throw new Error('A hash is no digest');
	}

	const put = preparePut(target, {
		bytes,
		mediaType: manifestMediaTypes.index,
	});
	if (!(await hasManifest(target, list))) {
		check(await put(list));
	}

	return list;
};

/** The entries of the list that is there, as they are. */
const readList = async (
	{registry, repository, signal}: Copying['target'],
	tag: string,
): Promise<readonly unknown[]> => {
	const digest = await registry.resolve(repository, tag, signal);
	const served =
		digest &&
		(await registry.readContent(
			repository,
			{digest, kind: 'manifest'},
			signal,
		));
	const document = served ? parseJson(decodeText(served.bytes)) : undefined;
	const entries = isJsonObject(document) ? document['manifests'] : [];
	return Array.isArray(entries) ? entries.map((entry: unknown) => entry) : [];
};

const describe = ({digest, mediaType, bytes, manifest}: CopiedManifest) => {
	const {artifactType, config, annotations} = manifest;
	return {
		mediaType,
		digest,
		size: bytes.length,
		artifactType: artifactType ?? config?.mediaType,
		...(Object.keys(annotations).length > 0 && {annotations}),
	};
};

/** Sets tags that mean nothing yet; one that means another digest at home stays, for it may name what was signed there. */
export const setTags = async (
	copying: Copying,
	pending: readonly PendingTag[],
): Promise<void> => {
	const {target} = copying;
	for (const {tag, digest, isMerged} of pending) {
		const means = await target.registry.resolve(
			target.repository,
			tag,
			target.signal,
		);
		if (means === digest || (means && !isMerged)) {
			continue;
		}

		const content = {digest, kind: 'manifest'} as const;
		const served = await target.registry.readContent(
			target.repository,
			content,
			target.signal,
		);
		if (!served) {
			throw new Error(`${digest} stands at home and cannot be read`);
		}

		check(await pushTag(target, {tag, digest}, preparePut(target, served)));
	}
};
