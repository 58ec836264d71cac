import type {ScreenCell} from '../test/helpers/pseudo-terminal.js';

const cellWidth = 8.4;
const lineHeight = 18;
const margin = 14;
const background = '#11151c';
const foreground = '#d8dee9';
const palette = [
	'#20262e',
	'#e05561',
	'#8cc265',
	'#e5b567',
	'#4aa5f0',
	'#c678dd',
	'#56c2d0',
	'#d7dae0',
	'#5c6773',
	'#ff616e',
	'#a5e075',
	'#f0a45d',
	'#4dc4ff',
	'#de73ff',
	'#4cd1e0',
	'#ffffff',
];

const escapeText = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value: number): string => String(Math.round(value * 10) / 10);

const styleOf = ({color, isBold, isDim, isInverse}: ScreenCell): string => {
	const ink = color === undefined ? foreground : (palette[color] ?? foreground);
	return [
		`fill="${isInverse ? background : ink}"`,
		...(isBold ? ['font-weight="bold"'] : []),
		...(isDim ? ['opacity="0.6"'] : []),
	].join(' ');
};

/** A line as runs of one style; `textLength` keeps the columns whatever font the viewer has. */
const drawLine = (cells: readonly ScreenCell[], row: number): string => {
	const parts: string[] = [];
	let column = 0;
	let run: {style: string; text: string; from: number; to: number} | undefined;
	const flush = (): void => {
		if (run !== undefined && run.text.trim() !== '') {
			const lead = run.text.length - run.text.trimStart().length;
			const text = run.text.trim();
			const x = margin + (run.from + lead) * cellWidth;
			const y = margin + row * lineHeight + 13;
			const length =
				(run.to - run.from - lead - (run.text.length - lead - text.length)) *
				cellWidth;
			parts.push(
				`<text x="${round(x)}" y="${y}" textLength="${round(length)}" ${run.style}>${escapeText(text)}</text>`,
			);
		}

		run = undefined;
	};

	for (const cell of cells) {
		const style = styleOf(cell);
		// A gap of two spaces ends a run, so that columns stay where they are.
		if (run?.style !== style || run.text.endsWith('  ')) {
			flush();
			run = {style, text: '', from: column, to: column};
		}

		if (cell.isInverse) {
			parts.push(
				`<rect x="${round(margin + column * cellWidth)}" y="${margin + row * lineHeight}" width="${round(cell.width * cellWidth)}" height="${lineHeight}" fill="${palette[cell.color ?? 7]}"/>`,
			);
		}

		run.text += cell.text || ' ';
		column += cell.width;
		run.to = column;
	}

	flush();
	return parts.join('');
};

const frameSize = (screen: ReadonlyArray<readonly ScreenCell[]>) => {
	const columns = Math.max(
		...screen.map(line => line.reduce((sum, {width}) => sum + width, 0)),
	);
	return {
		width: Math.ceil(columns * cellWidth + 2 * margin),
		height: screen.length * lineHeight + 2 * margin,
	};
};

const wrap = (
	{width, height}: {width: number; height: number},
	content: string,
): string =>
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve"><rect width="100%" height="100%" rx="8" fill="${background}"/>${content}</svg>\n`;

/** One screen as an SVG picture. */
export const drawScreen = (
	screen: ReadonlyArray<readonly ScreenCell[]>,
): string =>
	wrap(
		frameSize(screen),
		screen.map((line, row) => drawLine(line, row)).join(''),
	);

/** Screens one after the other as one SVG that plays for ever, each for so many seconds. */
export const drawTour = (
	frames: ReadonlyArray<{
		readonly screen: ReadonlyArray<readonly ScreenCell[]>;
		readonly seconds: number;
	}>,
): string => {
	const total = frames.reduce((sum, {seconds}) => sum + seconds, 0);
	let at = 0;
	const parts = frames.map(({screen, seconds}, index) => {
		const from = (at / total) * 100;
		at += seconds;
		const to = (at / total) * 100;
		const lines = screen.map((line, row) => drawLine(line, row)).join('');
		const before = index === 0 ? '' : `0%,${round(from)}%{visibility:hidden}`;
		return `<style>@keyframes f${index}{${before}${round(from + 0.01)}%,${round(to)}%{visibility:visible}${round(to + 0.01)}%,100%{visibility:hidden}}#f${index}{visibility:hidden;animation:f${index} ${total}s step-end infinite}</style><g id="f${index}">${lines}</g>`;
	});
	return wrap(frameSize(frames[0]?.screen ?? []), parts.join(''));
};
