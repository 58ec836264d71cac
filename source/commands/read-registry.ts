import type {Where} from '../oci/reference.js';
import type {UseFacts} from '../plan/judge-use.js';
import {UserError} from '../user-error.js';
import type {Registry, UsesChoice, World} from '../world.js';

/** Repositories that are read at the same time: as many as there are connections to a host, because of some one request tells all. The registry's limiter bounds their requests. */
const repositoriesAtOnce = 16;

/** What the sources of uses tell. Throws `UserError` where the choice of them is wrong. */
export const readUses = async (
	{uses}: World,
	{signal, choice: given}: {signal: AbortSignal; choice?: UsesChoice},
): Promise<UseFacts> => {
	const choice = given ?? (await uses.readChoice());
	return {
		reading: await uses.read(choice, {tell: () => undefined, signal}),
		accepted: choice.accepted,
		isHeldBy: () => false,
	};
};

/** The repositories that a place names, in the registry's order. Throws `UserError` where there are none. */
export const findRepositories = async (
	registry: Registry,
	{path, reference}: Where,
	{
		signal,
		onLeftOut,
	}: {signal: AbortSignal; onLeftOut: (sentence: string) => void},
): Promise<readonly string[]> => {
	const repository =
		path === undefined || reference !== undefined
			? path
			: await registry.findRepository(path, signal);
	if (repository !== undefined) {
		return [repository];
	}

	const names: string[] = [];
	for await (const page of registry.listRepositories(signal, onLeftOut)) {
		names.push(
			...page.filter(
				name =>
					path === undefined || name === path || name.startsWith(`${path}/`),
			),
		);
	}

	if (path !== undefined && names.length === 0) {
		throw new UserError(
			`${registry.host} lists no repository ${path} and none under ${path}/.`,
			{
				remedy: `jetsam list ${registry.host} shows what there is.`,
			},
		);
	}

	return names;
};

/** Maps in order, a few at a time. */
export const readAll = async <Result>(
	names: readonly string[],
	read: (name: string) => Promise<Result>,
): Promise<Result[]> => {
	const results: Result[] = [];
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < names.length) {
			const index = next++;
			results[index] = await read(names[index]!);
		}
	};

	await Promise.all(Array.from({length: repositoriesAtOnce}, work));
	return results;
};
