import {setTimeout as sleep} from 'node:timers/promises';
import type {MqttClient} from 'mqtt';
import {UserError} from '../user-error.js';

/** A broker, and how it is spoken to. */
export type Broker = {
	/** `mqtt://` or `mqtts://`, without a login. */
	readonly url: string;
	readonly username: string | undefined;
	readonly password: string | undefined;
	/** The authorities whose certificates hold, as PEM; those of Node where `undefined`. */
	readonly ca: string | undefined;
	/** Whether a certificate that cannot be checked will do. */
	readonly isInsecure: boolean;
	/** Whether the broker gives each message to those who subscribe later. */
	readonly retain: boolean;
	/** The longest wait for the connection, and for each acknowledgement; milliseconds. */
	readonly patience: number;
};

/** One message. */
export type Message = {readonly topic: string; readonly payload: string};

/** How many of the messages, from the first on, were acknowledged, and one sentence on what kept the rest. */
export type Published = {
	readonly count: number;
	readonly problem: string | undefined;
};

/**
Publishes messages one after the other, each acknowledged by the broker (QoS 1) before the next one is sent. The `mqtt` package is loaded for it.
*/
export const publishMessages = async (
	broker: Broker,
	messages: readonly Message[],
): Promise<Published> => {
	const {default: mqtt} = await import('mqtt');
	const {url, username, password, ca, isInsecure, patience} = broker;
	const client = mqtt.connect(url, {
		...(username === undefined ? {} : {username}),
		...(password === undefined ? {} : {password}),
		...(ca === undefined ? {} : {ca}),
		rejectUnauthorized: !isInsecure,
		reconnectPeriod: 0,
		// The wait below ends sooner and says more.
		connectTimeout: patience * 2,
	});
	const {host} = new URL(url);
	const ended = waitForEnd(client, host);
	let count = 0;
	try {
		await waitFor(whenConnected(client), {
			ended,
			patience,
			late: `${host} did not answer as an MQTT broker in time.`,
		});
		for (const {topic, payload} of messages) {
			await waitFor(
				client.publishAsync(topic, payload, {qos: 1, retain: broker.retain}),
				{
					ended,
					patience,
					late: `The MQTT broker ${host} did not acknowledge ${topic} in time.`,
				},
			);
			count++;
		}

		return {count, problem: undefined};
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}

		return {count, problem: error.sentence};
	} finally {
		// What was acknowledged is with the broker; nothing else is waited for.
		client.end(true);
	}
};

const whenConnected = async (client: MqttClient): Promise<void> =>
	new Promise(resolve => {
		client.once('connect', () => {
			resolve();
		});
	});

/** Rejects with the sentence for the operator when the connection fails or ends. */
const waitForEnd = async (client: MqttClient, host: string): Promise<never> => {
	const ending = new Promise<never>((_resolve, reject) => {
		client.on('error', error => {
			reject(explain(error, host));
		});
		client.on('close', () => {
			reject(
				new UserError(`The MQTT broker ${host} closed the connection.`, {
					remedy: "Look at the broker's own log.",
				}),
			);
		});
	});
	// It is heard only while something is waited for.
	ending.catch(() => undefined);
	return ending;
};

const waitFor = async (
	wanted: Promise<unknown>,
	{
		ended,
		patience,
		late,
	}: {ended: Promise<never>; patience: number; late: string},
): Promise<void> => {
	const timer = new AbortController();
	const lateness = async (): Promise<never> => {
		await sleep(patience, undefined, {signal: timer.signal});
		throw new UserError(late, {remedy: 'Check the address and the broker.'});
	};

	try {
		await Promise.race([wanted, ended, lateness()]);
	} finally {
		timer.abort();
		// It may still fail when the connection is given up.
		wanted.catch(() => undefined);
	}
};

/** The codes by which a broker turns a login away, of MQTT 3 and 5. */
const loginCodes: ReadonlySet<unknown> = new Set([4, 5, 134, 135]);

const explain = (error: unknown, host: string): UserError => {
	const code: unknown =
		error instanceof Error && 'code' in error ? error.code : undefined;
	if (loginCodes.has(code)) {
		return new UserError(
			`The MQTT broker ${host} does not accept this user name and password.`,
			{
				remedy: 'Set JETSAM_MQTT_USERNAME and JETSAM_MQTT_PASSWORD.',
				cause: error,
			},
		);
	}

	const text = typeof code === 'string' ? code : '';
	if (/SELF_SIGNED|UNABLE_TO|CERT|ALTNAME/.test(text)) {
		return new UserError(
			`The certificate of the MQTT broker ${host} cannot be trusted (${text}).`,
			{
				remedy:
					"Name the authority's certificate in the settings, sample.mqtt.ca.",
				cause: error,
			},
		);
	}

	return text === 'ECONNREFUSED'
		? new UserError(`No MQTT broker answers at ${host} (connection refused).`, {
				remedy: 'Check the address and the port.',
				cause: error,
			})
		: new UserError(
				`The MQTT broker ${host} could not be reached (${text || (error instanceof Error ? error.message : String(error))}).`,
				{remedy: 'Check the address and the network.', cause: error},
			);
};
