import {
	Arg,
	type Argument,
	type Dockerfile,
	DockerfileParser,
	type Flag,
	From,
	type Instruction,
	ModifiableInstruction,
} from 'dockerfile-ast';
import {
	createLineFinder,
	type FileProblem,
	type FileReading,
	type FileReference,
} from './file-reading.js';
import {type FilledText, fillIn} from './fill-in.js';

/** A stretch of lines and characters, both from 0, as the parser tells it. */
type Range = ReturnType<Argument['getRange']>;

/** What is known while a Dockerfile is read from its beginning. */
type Walk = {
	readonly text: string;
	readonly escape: string;
	/** Build arguments before the first stage: only these are known to `FROM`. */
	readonly values: Map<string, string | undefined>;
	/** Names of the stages so far, lower case, and their numbers. */
	readonly stages: Set<string>;
	readonly references: FileReference[];
	readonly problems: FileProblem[];
	readonly offsetOf: (position: Range['start']) => number;
	readonly lineOf: (offset: number) => number;
};

const trimQuotes = (text: string): string =>
	/^(?<quote>["']).*\k<quote>$/s.test(text) ? text.slice(1, -1) : text;

const fill = ({values, escape}: Walk, text: string): FilledText =>
	fillIn(text, {lookUp: name => values.get(name), escape});

const readArguments = (walk: Walk, argument: Arg): void => {
	for (const property of argument.getProperties()) {
		const value = property.getValue();
		const filled = value === null ? undefined : fill(walk, value);
		walk.values.set(
			property.getName(),
			filled?.kind === 'filled' ? filled.text : undefined,
		);
	}
};

/** Notes an image that an instruction names, unless it is a stage or the empty image. */
const addImage = (
	walk: Walk,
	{image, range, place}: {image: string; range: Range; place: string},
): void => {
	const offset = walk.offsetOf(range.start);
	const written = walk.text.slice(offset, walk.offsetOf(range.end));
	const line = walk.lineOf(offset);
	const filled = fill(walk, trimQuotes(image));
	if (filled.kind === 'unknown') {
		walk.problems.push({
			line,
			message: `${written} names an image by ${filled.variable}, which has no default here`,
			text: written,
		});
		return;
	}

	const {text} = filled;
	if (text === 'scratch' || walk.stages.has(text.toLowerCase())) {
		return;
	}

	const isQuoted = written !== trimQuotes(written);
	walk.references.push({
		text,
		written,
		line,
		place,
		ranges: [
			{
				part: 'reference',
				offset: isQuoted ? offset + 1 : offset,
				length: trimQuotes(written).length,
			},
		],
		isLiteral: text === trimQuotes(written),
	});
};

const readFrom = (walk: Walk, from: From, number: number): void => {
	const image = from.getImage();
	const range = from.getImageRange();
	const stage = from.getBuildStage();
	if (image === null || range === null) {
		const offset = walk.offsetOf(from.getRange().start);
		walk.problems.push({
			line: walk.lineOf(offset),
			message: 'FROM names no image',
			text: '',
		});
	} else {
		addImage(walk, {image, range, place: stage ?? ''});
	}

	walk.stages.add(String(number));
	if (stage !== null) {
		walk.stages.add(stage.toLowerCase());
	}
};

/** The images that flags name: `COPY --from=IMAGE` and `RUN --mount=from=IMAGE`. */
const readFlag = (walk: Walk, flag: Flag, keyword: string): void => {
	const place = `${keyword} --${flag.getName()}`;
	const source =
		flag.getName() === 'from'
			? {value: flag.getValue(), range: flag.getValueRange()}
			: flag.getName() === 'mount'
				? {
						value: flag.getOption('from')?.getValue() ?? null,
						range: flag.getOption('from')?.getValueRange() ?? null,
					}
				: {value: null, range: null};
	if (source.value !== null && source.value !== '' && source.range !== null) {
		addImage(walk, {image: source.value, range: source.range, place});
	}
};

const readFlags = (walk: Walk, instruction: Instruction): void => {
	if (instruction instanceof ModifiableInstruction) {
		const keyword = instruction.getKeyword();
		for (const flag of instruction.getFlags()) {
			readFlag(walk, flag, keyword);
		}
	}
};

// `# syntax=` names the image of the builder itself.
const readSyntax = (walk: Walk, dockerfile: Dockerfile): void => {
	for (const directive of dockerfile.getDirectives()) {
		if (directive.getName().toLowerCase() === 'syntax') {
			addImage(walk, {
				image: directive.getValue(),
				range: directive.getValueRange(),
				place: 'syntax',
			});
		}
	}
};

const readInstructions = (walk: Walk, dockerfile: Dockerfile): void => {
	const initial = new Set<Instruction>(dockerfile.getInitialARGs());
	const triggers = dockerfile.getOnbuildTriggers();
	let stages = 0;
	for (const instruction of dockerfile.getInstructions()) {
		if (instruction instanceof Arg) {
			if (initial.has(instruction)) {
				readArguments(walk, instruction);
			}
		} else if (instruction instanceof From) {
			readFrom(walk, instruction, stages++);
		} else {
			readFlags(walk, instruction);
		}
	}

	for (const trigger of triggers) {
		readFlags(walk, trigger);
	}
};

/**
The images that a Dockerfile or Containerfile names: its stages' bases, what it copies from, and its syntax.

Build arguments have the values of their defaults. Names of stages are no images.
@see https://docs.docker.com/reference/dockerfile/
*/
export const readDockerfile = (text: string): FileReading => {
	const dockerfile = DockerfileParser.parse(text);
	const starts = listLineStarts(text);
	const walk: Walk = {
		text,
		escape: dockerfile.getEscapeCharacter(),
		values: new Map(),
		stages: new Set(),
		references: [],
		problems: [],
		offsetOf: ({line, character}) => (starts[line] ?? 0) + character,
		lineOf: createLineFinder(text),
	};
	readSyntax(walk, dockerfile);
	readInstructions(walk, dockerfile);
	return {references: walk.references, problems: walk.problems};
};

const listLineStarts = (text: string): readonly number[] => [
	0,
	...[...text.matchAll(/\r\n|\n|\r/g)].map(
		({index, 0: end}) => index + end.length,
	),
];
