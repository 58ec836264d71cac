import {parseImageReference} from '../evidence/image-reference.js';
import type {Use, UsedImage} from '../evidence/use.js';
import {type Digest, parseDigest} from '../oci/digest.js';
import {
	readInteger,
	readObject,
	readOptional,
	readText,
	readTime,
	readWord,
	refuseValue,
	type Value,
} from './snapshot-values.js';

const readDigest = (value: Value): Digest => {
	const digest = parseDigest(value.value);
	if (digest === undefined) {
		throw refuseValue(value, 'a digest');
	}

	return digest;
};

/** An image by its parts. They are put together and parsed again, so that only what is normalised gets in; capitals mark the first part as the host that it is. */
const readImage = (value: Value): UsedImage => {
	const image = readObject(value);
	const kind = readWord(image('kind'), ['reference', 'image-id']);
	const host = readOptional(image('host'), readText);
	const repository = readOptional(image('repository'), readText);
	const digest = readOptional(image('digest'), readDigest);
	if (kind === 'image-id' && digest === undefined) {
		throw refuseValue(image('digest'), 'a digest');
	}

	if (kind === 'image-id' && host === undefined && repository === undefined) {
		return {kind, digest: readDigest(image('digest')), host, repository};
	}

	const tag = readOptional(image('tag'), readText);
	const parsed = parseImageReference(
		`${host?.toUpperCase() ?? ''}/${repository ?? ''}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`,
	);
	if (
		parsed === undefined ||
		parsed.host !== host ||
		parsed.repository !== repository ||
		parsed.tag !== tag
	) {
		throw refuseValue(value, 'an image');
	}

	return kind === 'image-id'
		? {kind, digest: readDigest(image('digest')), host, repository}
		: parsed;
};

/** One use of a snapshot. */
export const readSnapshotUse = (value: Value): Use => {
	const field = readObject(value);
	return {
		image: readImage(field('image')),
		written: readText(field('written')),
		role: readWord(field('role'), [
			'running',
			'template',
			'revision',
			'file',
			'finished',
		]),
		kind: readText(field('kind')),
		context: readText(field('context')),
		namespace: readText(field('namespace')),
		name: readText(field('name')),
		container: readText(field('container')),
		owner: readOptional(field('owner'), owner => {
			const part = readObject(owner);
			return {kind: readText(part('kind')), name: readText(part('name'))};
		}),
		replicas: readOptional(field('replicas'), readInteger),
		since: readOptional(field('since'), readTime),
	};
};
