import {isMap} from 'yaml';
import type {Collector} from './collect-references.js';
import {fillIn} from './fill-in.js';
import {
	listPairs,
	listValues,
	readText,
	resolveNode,
	type YamlDocument,
	type YamlText,
} from './yaml-document.js';

// What the shell or a `.env` file would set is not known here.
const noValues = {lookUp: () => undefined, escape: '$'} as const;

const addImage = (
	collector: Collector,
	text: YamlText,
	service: string,
): void => {
	const filled = fillIn(text.value, {
		...noValues,
		offset: text.isLiteral ? text.offset : undefined,
	});
	if (filled.kind === 'unknown') {
		collector.addProblem(text.offset, {
			message: `${text.value} names an image by ${filled.variable}, which has no default here`,
			text: text.value,
		});
		return;
	}

	collector.addReference({
		text: filled.text,
		place: service,
		parts: [{part: 'reference', text}],
		...(filled.text !== text.value && {pieces: filled.pieces}),
	});
};

/**
The images of the services of a compose file, variables filled in by their defaults.
@see https://docs.docker.com/reference/compose-file/services/#image
*/
export const readCompose = (
	document: YamlDocument,
	collector: Collector,
): void => {
	for (const services of listValues(document, document.root, 'services')) {
		const pairs = isMap(services) ? listPairs(document, services) : [];
		for (const {key, value} of pairs) {
			const service = resolveNode(document, value);
			for (const image of listValues(document, service, 'image')) {
				const text = readText(document, image);
				if (text) {
					addImage(collector, text, key);
				}
			}
		}
	}
};
