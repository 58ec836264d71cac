import {type Digest, parseDigest} from '../../oci/digest.js';
import {isJsonObject} from '../../oci/json.js';
import {formatPlatform} from '../../oci/manifest.js';

type Fields = Readonly<Record<string, unknown>>;

/** A platform's image, as Docker Hub lists it with a tag. */
export type HubImage = {
	/** `undefined` for old ones. */
	readonly digest: Digest | undefined;
	/** Bytes; `undefined` where Docker Hub does not know. */
	readonly size: number | undefined;
	/** `unknown/unknown` for attestations; `undefined` where nothing is said. */
	readonly platform: string | undefined;
	/** ISO 8601. */
	readonly uploaded: string | undefined;
	/** `active` or `inactive`; `undefined` where nothing is said. */
	readonly status: string | undefined;
};

/** A tag, as Docker Hub lists it. */
export type HubTag = {
	readonly name: string;
	/** What it means; `undefined` for old ones. */
	readonly digest: Digest | undefined;
	/** An empty text where it is not said. */
	readonly mediaType: string;
	/** Whether Docker Hub takes it for an image, and not for something else that was pushed. */
	readonly isImage: boolean;
	/** When it was pushed last, ISO 8601. */
	readonly uploaded: string | undefined;
	/** As that of an image. */
	readonly status: string | undefined;
	readonly images: readonly HubImage[];
};

const readText = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** The first of some times that is known; the year 1 and the beginning of 1970 stand for *never*. */
const readTime = (...values: readonly unknown[]): string | undefined =>
	values
		.map(value => readText(value) ?? '')
		.find(
			text => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && Date.parse(text) > 0,
		);

const readImage = (fields: Fields): HubImage => {
	const {size} = fields;
	const os = readText(fields['os']);
	const architecture = readText(fields['architecture']);
	return {
		digest: parseDigest(fields['digest']),
		size:
			Number.isSafeInteger(size) && Number(size) > 0 ? Number(size) : undefined,
		platform:
			os === undefined || architecture === undefined
				? undefined
				: formatPlatform({
						os,
						architecture,
						variant: readText(fields['variant']),
					}),
		uploaded: readTime(fields['last_pushed']),
		status: readText(fields['status']),
	};
};

/** One of `results`; `undefined` where it has no name. Everything else may be missing or null. */
export const readHubTag = (fields: Fields): HubTag | undefined => {
	const name = readText(fields['name']);
	const {images} = fields;
	return name === undefined
		? undefined
		: {
				name,
				digest: parseDigest(fields['digest']),
				mediaType: readText(fields['media_type']) ?? '',
				isImage: fields['content_type'] === 'image',
				uploaded: readTime(fields['tag_last_pushed'], fields['last_updated']),
				status: readText(fields['tag_status']),
				images: (Array.isArray(images) ? images : [])
					.filter(image => isJsonObject(image))
					.map(image => readImage(image)),
			};
};
