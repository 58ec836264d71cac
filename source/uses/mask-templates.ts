/** What stands for a part of a template that the file does not tell; of no use in YAML or in a reference. */
export const templateCharacter = '\uE000';

type Action = {readonly start: number; readonly end: number};

const listActions = (text: string): readonly Action[] => {
	const actions: Action[] = [];
	let start = text.indexOf('{{');
	while (start !== -1) {
		const end = text.indexOf('}}', start + 2);
		if (end === -1) {
			break;
		}

		actions.push({start, end: end + 2});
		start = text.indexOf('{{', end + 2);
	}

	return actions;
};

const replaceActions = (
	text: string,
	actions: readonly Action[],
	replace: (action: Action) => string,
): string => {
	const parts: string[] = [];
	let done = 0;
	for (const action of actions) {
		parts.push(text.slice(done, action.start), replace(action));
		done = action.end;
	}

	parts.push(text.slice(done));
	return parts.join('');
};

const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, ' ');

/** Whether the line around an offset has nothing on it. Lines are asked in order, and each is looked at once. */
const createLineTest = (text: string): ((offset: number) => boolean) => {
	let line = {start: 0, end: -1, isBlank: false};
	return offset => {
		if (offset < line.start || offset > line.end) {
			const start = text.lastIndexOf('\n', offset - 1) + 1;
			const found = text.indexOf('\n', offset);
			const end = found === -1 ? text.length : found;
			line = {start, end, isBlank: text.slice(start, end).trim() === ''};
		}

		return line.isBlank;
	};
};

/**
Blanks the templates that stand alone on their lines and puts a text in the place of the others, each as long as it was, so that every offset stays.
@see https://pkg.go.dev/text/template
*/
export const maskTemplates = (text: string): string => {
	const actions = listActions(text);
	const blanked = replaceActions(text, actions, ({start, end}) =>
		blank(text.slice(start, end)),
	);
	const isBlankLine = createLineTest(blanked);
	return replaceActions(text, actions, ({start, end}) =>
		isBlankLine(start) && isBlankLine(end - 1)
			? blanked.slice(start, end)
			: templateCharacter.repeat(end - start),
	);
};
