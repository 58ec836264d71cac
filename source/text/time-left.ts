/** A time that is left, for people: `8 s`, `2 min`, `1 h 5 min`. */
export const formatTimeLeft = (seconds: number): string => {
	if (seconds < 60) {
		return `${Math.max(1, Math.ceil(seconds))} s`;
	}

	const minutes = Math.ceil(seconds / 60);
	return minutes < 60
		? `${minutes} min`
		: `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
