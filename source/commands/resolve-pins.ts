import type {ImageReference} from '../evidence/image-reference.js';
import {formatName, nameImage} from '../move/image-map.js';
import type {RewriteOptions} from '../move/plan-rewrite.js';
import type {Digest} from '../oci/digest.js';
import {UserError} from '../user-error.js';
import type {Registry, World} from '../world.js';

/** The digest that a name at home means; `undefined` where there is nothing, and a few words where that cannot be told. */
export type AnswerFromHome = Digest | {readonly why: string} | undefined;

/** Asks the home, once for each tag or digest, what it means there. */
export const askHome = async (
	world: Pick<World, 'openRegistry'>,
	images: readonly ImageReference[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, AnswerFromHome>> => {
	const registries = new Map<string, Promise<Registry>>();
	const open = async (host: string): Promise<Registry> => {
		const known = registries.get(host) ?? world.openRegistry(host, signal);
		registries.set(host, known);
		return known;
	};

	const ask = async ({
		host,
		repository,
		tag = 'latest',
		digest,
	}: ImageReference): Promise<AnswerFromHome> => {
		try {
			const registry = await open(host);
			return await registry.resolve(repository, digest ?? tag, signal);
		} catch (error) {
			if (error instanceof UserError) {
				return {why: error.message};
			}

			throw error;
		}
	};

	return new Map(
		await Promise.all(
			images.map(
				async image =>
					[formatName(nameImage(image)), await ask(image)] as const,
			),
		),
	);
};

/** What is written beside each tag at home; where there is none a few words say why. */
export const resolvePins = async (
	world: Pick<World, 'openRegistry'>,
	images: readonly ImageReference[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, ReturnType<RewriteOptions['pinOf']>>> => {
	const answers = await askHome(world, images, signal);
	return new Map(
		[...answers].map(([name, found]) => [
			name,
			typeof found === 'string'
				? found
				: {
						why: found
							? `has no digest to write: ${found.why}`
							: `is not at ${name} yet, so there is no digest to write; copy it first`,
					},
		]),
	);
};
