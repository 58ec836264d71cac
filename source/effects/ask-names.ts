import {formatName, type MappedName} from '../move/image-map.js';
import type {Digest} from '../oci/digest.js';
import {describeProblem, type Session} from './session.js';

/** The digest that a name means; `undefined` where there is nothing, and a few words where that cannot be told. */
export type NameAnswer = Digest | {readonly why: string} | undefined;

/** Asks registries what names mean; each name once, by `formatName`. */
export const askNames = async (
	{openRegistry, signal}: Pick<Session, 'openRegistry' | 'signal'>,
	names: readonly MappedName[],
): Promise<ReadonlyMap<string, NameAnswer>> => {
	const ask = async ({
		host,
		repository,
		reference,
	}: MappedName): Promise<NameAnswer> => {
		if (!reference) {
			return {why: 'no tag or digest is named'};
		}

		try {
			const registry = await openRegistry(host);
			return await registry.resolve(
				repository,
				reference.kind === 'tag' ? reference.tag : reference.digest,
				signal,
			);
		} catch (error) {
			return {why: describeProblem(error).message};
		}
	};

	const byText = new Map(names.map(name => [formatName(name), name]));
	return new Map(
		await Promise.all(
			[...byText].map(async ([text, name]) => [text, await ask(name)] as const),
		),
	);
};
