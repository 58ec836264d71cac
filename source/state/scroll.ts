/**
The first line on the screen after a move of the window over lines.
@param options.page - Lines of a page.
@param options.last - The highest that the first line may be; below 0 where all lines fit.
*/
export const scrollWindow = (
	top: number,
	{by, direction}: {by: 'line' | 'page' | 'end'; direction: -1 | 1},
	{page, last}: {page: number; last: number},
): number => {
	const step = by === 'line' ? 1 : by === 'page' ? page : Infinity;
	return Math.max(0, Math.min(top + direction * step, last));
};
