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
import {type FilledText, fillIn, type Value} from './fill-in.js';

/** A stretch of lines and characters, both from 0, as the parser tells it. */
type Range = ReturnType<Argument['getRange']>;

/** What is known while a Dockerfile is read from its beginning. */
type Walk = {
	readonly text: string;
	readonly escape: string;
	/** Build arguments before the first stage: only these are known to `FROM`. */
	readonly values: Map<string, Value | undefined>;
	/** Names of build arguments that a stage takes over from there, for whatever it does. */
	readonly taken: ReadonlySet<string>;
	/** Where the values of these stand. */
	readonly shared: Set<number | undefined>;
	/** Names of the stages so far, lower case, and their numbers. */
	readonly stages: Set<string>;
	readonly references: FileReference[];
	readonly problems: FileProblem[];
	readonly offsetOf: (position: Range['start']) => number;
	readonly lineOf: (offset: number) => number;
};

const trimQuotes = (text: string): string =>
	/^(?<quote>["']).*\k<quote>$/s.test(text) ? text.slice(1, -1) : text;

/** Where a text begins; `undefined` where the file does not hold it as it is, for an escape or a line that goes on. */
const findOffset = (
	{text: file, offsetOf}: Walk,
	text: string,
	range: Range | undefined,
): number | undefined => {
	if (range === undefined) {
		return undefined;
	}

	const start = offsetOf(range.start);
	const written = file.slice(start, offsetOf(range.end));
	return trimQuotes(written) === text
		? start + (written === text ? 0 : 1)
		: undefined;
};

const fill = (
	{values, escape}: Walk,
	text: string,
	offset: number | undefined,
): FilledText =>
	fillIn(text, {lookUp: name => values.get(name), escape, offset});

const readArguments = (walk: Walk, argument: Arg): void => {
	for (const property of argument.getProperties()) {
		const name = property.getName();
		const value = property.getValue();
		const filled =
			value === null
				? undefined
				: fill(
						walk,
						value,
						findOffset(walk, value, property.getValueRange() ?? undefined),
					);
		walk.values.set(name, filled?.kind === 'filled' ? filled : undefined);
		if (filled?.kind === 'filled' && walk.taken.has(name)) {
			for (const {offset} of filled.pieces) {
				walk.shared.add(offset);
			}
		}
	}
};

/** Names that `ARG NAME` in a stage takes over from before the first stage. */
const listTaken = (dockerfile: Dockerfile): ReadonlySet<string> => {
	const initial = new Set<Instruction>(dockerfile.getInitialARGs());
	return new Set(
		dockerfile
			.getInstructions()
			.filter(instruction => instruction instanceof Arg)
			.filter(instruction => !initial.has(instruction))
			.flatMap(instruction => instruction.getProperties())
			.filter(property => property.getValue() === null)
			.map(property => property.getName()),
	);
};

/** Notes an image that an instruction names, unless it is a stage or the empty image. */
const addImage = (
	walk: Walk,
	{image, range, place}: {image: string; range: Range; place: string},
): void => {
	const offset = walk.offsetOf(range.start);
	const written = walk.text.slice(offset, walk.offsetOf(range.end));
	const line = walk.lineOf(offset);
	const bare = trimQuotes(image);
	const filled = fill(walk, bare, findOffset(walk, bare, range));
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

	walk.references.push({
		text,
		written,
		line,
		place,
		pieces: filled.pieces.map(piece => ({
			part: 'reference',
			...piece,
			isShared: piece.offset !== undefined && walk.shared.has(piece.offset),
		})),
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
		taken: listTaken(dockerfile),
		shared: new Set(),
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
