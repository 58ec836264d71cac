import {LineCounter, isMap, isNode, parseDocument} from 'yaml';
import {UserError} from '../../user-error.js';
import {getNumber, getObject, getText} from './fields.js';
import {quoteForeign} from './quote-foreign.js';

const findLine = (
	text: string,
	place: ReadonlyArray<string | number>,
): number | undefined => {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, {lineCounter});
	const node = document.getIn(place, true);
	return isNode(node) && node.range
		? lineCounter.linePos(node.range[0]).line
		: undefined;
};

const explain = (
	error: unknown,
	text: string,
): {line: number | undefined; why: string} => {
	// As the library's parser throws it. Its message quotes the text, which holds credentials.
	if (error instanceof Error && error.name === 'YAMLException') {
		const line = getNumber(getObject(error, 'mark'), 'line');
		const reason = getText(getObject(error), 'reason');
		return {
			line: line === undefined ? undefined : line + 1,
			why: reason === '' ? 'it is no YAML' : quoteForeign(reason),
		};
	}

	const entry =
		/^(?<list>clusters|contexts|users)\[(?<index>\d+)\]\S* is missing$/v.exec(
			error instanceof Error ? error.message : '',
		);
	const {list, index} = entry?.groups ?? {};
	return entry && list !== undefined
		? {line: findLine(text, [list, Number(index)]), why: entry[0]}
		: {line: undefined, why: 'it has not the shape of a kubeconfig'};
};

/** The error for a kubeconfig that does not parse: one sentence with the file and, where it is known, the line. */
export const describeBrokenKubeconfig = (
	error: unknown,
	{text, file}: {readonly text: string; readonly file: string},
): UserError => {
	const {line, why} = explain(error, text);
	const place = line === undefined ? file : `${file}, line ${line}`;
	return new UserError(`The kubeconfig does not parse: ${place}: ${why}.`, {
		remedy: 'Mend it, or name another file in KUBECONFIG.',
		exitCode: 2,
	});
};

/** The library takes a text or a list for a kubeconfig without contexts; throws `UserError` for them. */
export const expectMapping = (text: string, file: string): void => {
	const {contents} = parseDocument(text);
	if (contents !== null && !isMap(contents)) {
		throw describeBrokenKubeconfig(undefined, {text, file});
	}
};
