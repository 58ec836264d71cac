import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';

/** Receives what a registry notifies of, as somebody who keeps it in a file would. */
export type NotificationReceiver = {
	readonly url: string;
	/** The envelopes so far, one a line. */
	readonly lines: () => readonly string[];
	/** Resolves when an envelope has come that holds a text. */
	readonly waitFor: (part: string) => Promise<void>;
	readonly stop: () => Promise<void>;
};

/** Starts a receiver on the loopback address. */
export const startNotificationReceiver =
	async (): Promise<NotificationReceiver> => {
		const lines: string[] = [];
		const waiting = new Set<() => void>();
		const keep = async (
			request: http.IncomingMessage,
			response: http.ServerResponse,
		): Promise<void> => {
			// The registry writes its envelopes over several lines.
			lines.push(JSON.stringify(JSON.parse(await text(request))));
			response.end();
			for (const look of waiting) {
				look();
			}
		};

		const server = http.createServer((request, response) => {
			void keep(request, response);
		});
		await new Promise<void>(resolve => {
			server.listen(0, '127.0.0.1', resolve);
		});
		// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a server that listens on a port has one
		const {port} = server.address() as AddressInfo;
		return {
			url: `http://127.0.0.1:${port}/events`,
			lines: () => lines,
			waitFor: async part =>
				new Promise<void>(resolve => {
					const look = (): void => {
						if (lines.some(line => line.includes(part))) {
							waiting.delete(look);
							resolve();
						}
					};

					waiting.add(look);
					look();
				}),
			async stop() {
				server.closeAllConnections();
				await new Promise(resolve => {
					server.close(resolve);
				});
			},
		};
	};
