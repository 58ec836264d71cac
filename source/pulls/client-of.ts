/** Who asked, from an address and a user's name: without the port, which differs from one connection to the next. */
export const clientOf = (address: string, user: string): string =>
	`${address.replace(/^(\[[^\]]*]|[^:]+):\d+$/, '$1')} ${user}`.trim();
