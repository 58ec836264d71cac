import {parseDigest} from '../oci/digest.js';
import type {Mark, ReferenceLine} from '../world.js';
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
		const found = await Promise.all(
			lines.map(async line => findMark(session, line)),
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

const findMark = async (
	{openRegistry, signal}: Session,
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
		const registry = await openRegistry(host);
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
