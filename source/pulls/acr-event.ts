import {normalizeHost} from '../evidence/image-reference.js';
import type {PullAction, PulledImage} from '../evidence/pull.js';
import {type Digest, parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName, isTag} from '../oci/reference.js';
import type {ReadRecord} from './pull-record.js';
import {readTime} from './read-time.js';

/** The only category of this format; a storage account may hold others. */
export const acrCategory = 'ContainerRegistryRepositoryEvents';

/** The fields of an event that are used, as they stand; `undefined` where there is none. */
export type AcrFields = {
	readonly category: unknown;
	readonly operationName: unknown;
	readonly resultDescription: unknown;
	readonly loginServer: unknown;
	readonly repository: unknown;
	readonly digest: unknown;
	readonly tag: unknown;
	readonly userAgent: unknown;
};

/** What an event is, apart from when it happened. */
export type AcrMeaning =
	| {
			readonly kind: 'record';
			readonly host: string;
			readonly repository: string;
			readonly image: PulledImage;
			readonly tag: string | undefined;
			readonly action: PullAction;
			readonly agent: string;
	  }
	| {readonly kind: 'other'; readonly host: string}
	| {readonly kind: 'bad'; readonly problem: string};

/** Azure writes this where there is no value. */
const isAbsent = (value: unknown): boolean =>
	value === undefined || value === null || value === '' || value === '<nil>';

const bad = (problem: string) => ({kind: 'bad' as const, problem});

/** A pull by digest has the digest where the tag should be, and may have none where the digest should be. */
const readImage = ({
	digest,
	tag,
}: AcrFields):
	| {readonly image: PulledImage; readonly tag: string | undefined}
	| {readonly kind: 'bad'; readonly problem: string} => {
	const inTag = parseDigest(tag);
	const named = isAbsent(digest) ? inTag : parseDigest(digest);
	if (!isAbsent(digest) && named === undefined) {
		return bad('Its digest is none.');
	}

	if (!isAbsent(tag) && inTag === undefined && !isTag(tag)) {
		return bad('Its tag is none.');
	}

	const name = inTag === undefined && isTag(tag) ? tag : undefined;
	if (named !== undefined) {
		return {image: ofDigest(named), tag: name};
	}

	return name === undefined
		? {image: {kind: 'repository'}, tag: undefined}
		: {image: {kind: 'tag', tag: name}, tag: undefined};
};

const ofDigest = (digest: Digest): PulledImage => ({kind: 'digest', digest});

const actions: ReadonlyMap<unknown, PullAction> = new Map([
	['Pull', 'pull'],
	['Push', 'push'],
]);

const isDone = (result: unknown): boolean =>
	result === '200' || result === '201' || result === 200 || result === 201;

/** What an event is by its fields. Pulls and pushes that were done are records; failed ones, deletions and other categories are others. */
export const judgeAcrEvent = (fields: AcrFields): AcrMeaning => {
	const {category, operationName, loginServer, repository, userAgent} = fields;
	if (typeof category !== 'string' || typeof operationName !== 'string') {
		return bad(
			'It is no event of a registry: it has no category or operation.',
		);
	}

	if (!isAbsent(loginServer) && typeof loginServer !== 'string') {
		return bad('Its login server is no text.');
	}

	const host =
		typeof loginServer === 'string' && !isAbsent(loginServer)
			? normalizeHost(loginServer)
			: '';
	const action = actions.get(operationName);
	if (category !== acrCategory) {
		return {kind: 'other', host};
	}

	if (action === undefined || !isDone(fields.resultDescription)) {
		return {kind: 'other', host};
	}

	if (host === '') {
		return bad('It names no login server.');
	}

	if (!isRepositoryName(repository)) {
		return bad('Its repository is none.');
	}

	const image = readImage(fields);
	const agent =
		typeof userAgent === 'string' && !isAbsent(userAgent) ? userAgent : '';
	return 'kind' in image
		? image
		: {kind: 'record', host, repository, ...image, action, agent};
};

/** What makes an event the same when it is met again; `undefined` where nothing does. */
const idOf = (
	document: Readonly<Record<string, unknown>>,
): string | undefined => {
	const {correlationId, operationName, time} = document;
	return typeof correlationId === 'string' &&
		!isAbsent(correlationId) &&
		typeof operationName === 'string' &&
		typeof time === 'string'
		? `${correlationId} ${operationName} ${time}`
		: undefined;
};

const orEmpty = (value: unknown): Readonly<Record<string, unknown>> =>
	isJsonObject(value) ? value : {};

/** One event, as JSON text. */
export const readAcrEvent = (text: string): ReadRecord => {
	const document = parseJson(text);
	if (!isJsonObject(document)) {
		return bad('It is no JSON object.');
	}

	const {category, operationName, resultDescription} = document;
	const properties = orEmpty(document['properties']);
	const meaning = judgeAcrEvent({
		category,
		operationName,
		resultDescription,
		loginServer: properties['loginServer'],
		repository: properties['repository'],
		digest: properties['digest'],
		tag: properties['tag'],
		userAgent: properties['userAgent'],
	});
	const time = readTime(document['time']);
	switch (meaning.kind) {
		case 'bad': {
			return meaning;
		}

		case 'other': {
			return {...meaning, time: time === 'malformed' ? undefined : time};
		}

		case 'record': {
			if (typeof time !== 'number') {
				return bad('Its time is none.');
			}

			const {kind, ...record} = meaning;
			const {callerIpAddress} = document;
			const client = typeof callerIpAddress === 'string' ? callerIpAddress : '';
			const id = idOf(document);
			return {kind, record: {...record, time, count: 1, id, client}};
		}
	}
};
