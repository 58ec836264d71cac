import {describeHttpError} from '../http/describe-error.js';
import {HttpError} from '../http/http-error.js';
import {
	type ConfigDetail,
	type DigestDetail,
	parseConfigDetail,
	type Referrer,
} from '../oci/detail.js';
import {type Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {
	type Descriptor,
	isImageConfigMediaType,
	parseManifest,
} from '../oci/manifest.js';
import type {ManifestSource} from './manifest-source.js';

type Place = {
	readonly source: ManifestSource;
	readonly repository: string;
	readonly signal: AbortSignal;
};

/** Runs a part of the detail; what fails is a sentence among `problems`, and the rest stays usable. */
const readPart = async <Part>(
	problems: string[],
	host: string,
	read: () => Promise<Part>,
): Promise<Part | undefined> => {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof HttpError)) {
			throw error;
		}

		problems.push(describeHttpError(error, host).message);
		return undefined;
	}
};

/**
Reads everything that one manifest says: its text, its config, the artifacts about it.

Throws `HttpError` where the manifest itself cannot be read; `undefined` where there is none.
*/
export const readDetail = async (
	place: Place,
	digest: Digest,
): Promise<DigestDetail | undefined> => {
	const {source, repository, signal} = place;
	const manifestBytes = await source.getManifest(repository, digest, signal);
	if (!manifestBytes) {
		return undefined;
	}

	const text = decodeText(manifestBytes.bytes);
	const manifest = parseManifest(text, manifestBytes.mediaType);
	const problems: string[] = [];
	const [config, referrers] = await Promise.all([
		readPart(problems, source.host, async () =>
			readConfig(place, manifest?.config),
		),
		readPart(problems, source.host, async () => readReferrers(place, digest)),
	]);
	if (!manifest) {
		problems.push('The manifest is no document that jetsam can read.');
	}

	return {
		digest,
		mediaType: manifest?.mediaType ?? manifestBytes.mediaType,
		text,
		annotations: manifest?.annotations ?? {},
		configDescriptor: manifest?.config,
		config,
		layers: manifest?.layers ?? [],
		children: manifest?.children ?? [],
		subject: manifest?.subject,
		referrers: referrers ?? [],
		problems,
	};
};

const readConfig = async (
	{source, repository, signal}: Place,
	config: Descriptor | undefined,
): Promise<ConfigDetail | undefined> => {
	if (!config || !isImageConfigMediaType(config.mediaType)) {
		return undefined;
	}

	const bytes = await source.getBlob(repository, config, signal);
	return bytes && parseConfigDetail(decodeText(bytes));
};

/** The referrers API, and where a registry has none the fallback tag that clients keep instead. */
export const readReferrers = async (
	{source, repository, signal}: Place,
	digest: Digest,
): Promise<readonly Referrer[]> => {
	const found = await source.getReferrers(repository, digest, signal);
	if (found) {
		return toReferrers(found, 'referrers API');
	}

	const tag = digest.replace(':', '-');
	const resolved = await source.resolve(repository, tag, signal);
	const fallback =
		resolved && (await source.getManifest(repository, resolved.digest, signal));
	const index =
		fallback && parseManifest(decodeText(fallback.bytes), fallback.mediaType);
	return toReferrers(index?.children ?? [], 'fallback tag');
};

const toReferrers = (
	descriptors: readonly Descriptor[],
	via: Referrer['via'],
): readonly Referrer[] =>
	descriptors.map(({digest, artifactType, size}) => ({
		digest,
		artifactType,
		size,
		via,
	}));
