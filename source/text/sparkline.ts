const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Eighths of a cell for a number: none for nothing, and at least one for anything. */
const countEighths = (number: number, most: number, cells: number): number =>
	number <= 0
		? 0
		: Math.max(1, Math.round((number / Math.max(most, 1)) * cells * 8));

/** Numbers as one line of bars, a cell each, the largest as high as the line; white space where there is nothing, and no text at all where there is nothing anywhere. */
export const drawSparkline = (numbers: readonly number[]): string => {
	const most = Math.max(0, ...numbers);
	return most === 0
		? ''
		: numbers
				.map(number => blocks[countEighths(number, most, 1) - 1] ?? ' ')
				.join('');
};

/** Numbers as bars of so many lines, the highest line first. */
export const drawBars = (
	numbers: readonly number[],
	{height, barWidth}: {height: number; barWidth: number},
): readonly string[] => {
	const most = Math.max(0, ...numbers);
	const eighths = numbers.map(number => countEighths(number, most, height));
	return Array.from({length: height}, (_, line) => {
		const below = (height - 1 - line) * 8;
		return eighths
			.map(eighth => {
				const here = Math.min(8, eighth - below);
				return (blocks[here - 1] ?? ' ').repeat(barWidth);
			})
			.join('');
	});
};
