import {parseDigest} from '../oci/digest.js';
import type {Mark, ReferenceLine, Registry} from '../world.js';
import {describeProblem, type Dispatch, type Session} from './session.js';

type Found = {readonly mark: Mark} | {readonly problem: string};

/** Asks the registries what the references in a file mean, and tells the digests; a line that means nothing is told as a problem. */
export const markReferences = async (
	session: Session,
	file: string,
	dispatch: Dispatch,
): Promise<void> => {
	try {
		const lines = await session.world.readReferences(file);
		const open = createOpener(session);
		const found = await Promise.all(
			lines.map(async line => findMark(session, open, line)),
		);
		dispatch({
			kind: 'references-marked',
			file,
			marks: found.flatMap(each => ('mark' in each ? [each.mark] : [])),
			problems: found.flatMap(each =>
				'problem' in each ? [each.problem] : [],
			),
		});
	} catch (error) {
		const {message, remedy} = describeProblem(error);
		dispatch({kind: 'notice-given', text: `${message} ${remedy}`});
	}
};

/** Opens each registry once, those that no screen has opened too. */
const createOpener = ({
	openRegistry,
}: Session): ((host: string) => Promise<Registry>) => {
	const opening = new Map<string, Promise<Registry>>();
	return async host => {
		const registry = opening.get(host) ?? openRegistry(host);
		opening.set(host, registry);
		return registry;
	};
};

const findMark = async (
	{signal}: Session,
	open: (host: string) => Promise<Registry>,
	{number, text, where}: ReferenceLine,
): Promise<Found> => {
	const problem = (why: string): Found => ({
		problem: `Line ${number}: ${text.slice(0, 80)} ${why}`,
	});
	if (!where) {
		return problem('is no reference.');
	}

	const {host, path, reference} = where;
	if (path === undefined || !reference) {
		return problem('names no tag or digest.');
	}

	try {
		const registry = await open(host);
		const digest = await registry.resolve(
			path,
			reference.kind === 'tag' ? reference.tag : reference.digest,
			signal,
		);
		return parseDigest(digest) && digest
			? {mark: {registry: registry.host, repository: path, digest}}
			: problem('is not there.');
	} catch (error) {
		return problem(`could not be asked for: ${describeProblem(error).message}`);
	}
};
