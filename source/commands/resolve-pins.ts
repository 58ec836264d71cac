import type {ImageReference} from '../evidence/image-reference.js';
import {formatName, nameImage} from '../move/image-map.js';
import type {RewriteOptions} from '../move/plan-rewrite.js';
import {UserError} from '../user-error.js';
import type {Registry, World} from '../world.js';

type Pin = ReturnType<RewriteOptions['pinOf']>;

/** Asks the home, once for each tag, which digest it means; where that cannot be told a few words say why. */
export const resolvePins = async (
	world: World,
	images: readonly ImageReference[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, Pin>> => {
	const registries = new Map<string, Promise<Registry>>();
	const open = async (host: string): Promise<Registry> => {
		const known = registries.get(host) ?? world.openRegistry(host, signal);
		registries.set(host, known);
		return known;
	};

	const resolve = async (image: ImageReference): Promise<Pin> => {
		const {host, repository, tag = 'latest'} = image;
		try {
			const registry = await open(host);
			return (
				(await registry.resolve(repository, tag, signal)) ?? {
					why: `is not at ${formatName(nameImage(image))} yet, so there is no digest to write; copy it first`,
				}
			);
		} catch (error) {
			if (error instanceof UserError) {
				return {why: `has no digest to write: ${error.message}`};
			}

			throw error;
		}
	};

	return new Map(
		await Promise.all(
			images.map(
				async image =>
					[formatName(nameImage(image)), await resolve(image)] as const,
			),
		),
	);
};
