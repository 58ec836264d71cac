/** A bar of so many cells, of which the part that is done is drawn thick. */
export const drawProgress = (
	{done, total}: {readonly done: number; readonly total: number},
	cells: number,
): string => {
	const filled = total === 0 ? 0 : Math.floor((cells * done) / total);
	return '━'.repeat(filled) + '─'.repeat(cells - filled);
};
