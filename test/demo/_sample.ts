import {Buffer} from 'node:buffer';
import type {RepositoryContent} from '../../source/demo/registry-content.js';
import {buildSampleWorld} from '../../source/demo/sample-world.js';

export type Pointer = {
	readonly digest: string;
	readonly size: number;
	readonly mediaType: string;
	readonly platform?: {readonly architecture: string};
	readonly annotations?: Readonly<Record<string, string>>;
};

export type Document = {
	readonly digest: string;
	readonly config?: Pointer;
	readonly layers?: readonly Pointer[];
	readonly manifests?: readonly Pointer[];
	readonly annotations?: Readonly<Record<string, string>>;
	readonly created?: string;
};

export const now = new Date('2026-11-22T10:00:00Z');
export const world = buildSampleWorld({now});
export const repositories = [...world.repositories];
export const partlyMirrored = 'mirror/docker.io/library/postgres';

function isDocument(value: unknown): value is Omit<Document, 'digest'> {
	return typeof value === 'object' && value !== null;
}

export function parseDocument(
	digest: string,
	bytes: Uint8Array | undefined,
): Document {
	const value: unknown = JSON.parse(Buffer.from(bytes ?? []).toString());
	return {...(isDocument(value) ? value : {}), digest};
}

export function listDocuments({
	manifests,
}: RepositoryContent): readonly Document[] {
	return [...manifests].map(([digest, {bytes}]) =>
		parseDocument(digest, bytes),
	);
}

export function findRepository(name: string): RepositoryContent {
	const repository = world.repositories.get(name);
	if (!repository) {
		throw new TypeError(`${name} is no repository`);
	}

	return repository;
}

export function readTagged(name: string, tag: string): Document {
	const {tags, manifests} = findRepository(name);
	const digest = tags.get(tag) ?? '';
	return parseDocument(digest, manifests.get(digest)?.bytes);
}
