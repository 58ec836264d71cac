import {Box, Text} from 'ink';
import React from 'react';
import type {State} from '../../state/state.js';
import type {TextScreen} from '../../state/text-screen.js';
import {Frame} from '../components/frame.js';
import {Prompt} from '../components/prompt.js';
import {makeSafe} from '../../text/safe-text.js';
import {theme} from '../theme.js';

const words: Readonly<
	Record<
		TextScreen['purpose'],
		{title: string; asks: string; label: string; example: string}
	>
> = {
	registry: {
		title: 'where to?',
		asks: 'type the address of a registry',
		label: 'address',
		example:
			'For example registry.example.com, 127.0.0.1:5000, or registry.example.com/shop',
	},
	repository: {
		title: '…',
		asks: 'type the name of a repository',
		label: 'repository',
		example: 'For example shop/checkout, shop/checkout:v1.2 or a digest in it',
	},
	rules: {
		title: 'rules to a file',
		asks: 'type the name of a new file',
		label: 'file',
		example:
			'Without a terminal, jetsam plan WHERE --rules FILE does the same by it.',
	},
	home: {
		title: 'home of images from elsewhere',
		asks: 'type the registry that they go to, perhaps with a prefix',
		label: 'home',
		example:
			'For example registry.example.com/mirror; behind a blank what names are made of: {home}/{repository}, or {home}/{host}/{repository}. Nothing is copied yet.',
	},
	map: {
		title: 'mapping to a file',
		asks: 'type the name of a new file',
		label: 'file',
		example:
			'jetsam copy --map FILE brings the images home, and jetsam rewrite --files DIR --map FILE edits what names them.',
	},
	folder: {
		title: 'files that name images',
		asks: 'type the folder of your Dockerfiles and manifests',
		label: 'folder',
		example:
			'For example . or deploy; what would change is shown, nothing is written. --files names it from the start.',
	},
	marks: {
		title: 'marks from a file',
		asks: 'type the path of a file with one reference on each line',
		label: 'file',
		example:
			'Lines like registry.example.com/shop/checkout:v1.2 or …@sha256:…; # begins a remark. They are marked, nothing is deleted.',
	},
};

/** A line to type an address, the name of a repository or the path of a file into. */
export function TextEntry({
	state,
	screen,
}: {
	readonly state: State;
	readonly screen: TextScreen;
}) {
	const {title, asks, label, example} = words[screen.purpose];
	return (
		<Frame
			state={state}
			trail={screen.host === '' ? [title] : [screen.host, title]}
			totals={asks}
		>
			<Prompt label={label} text={screen.text} isProposed={screen.isProposed} />
			<Box paddingTop={1}>
				{screen.problem === undefined ? (
					<Text dimColor>{example}</Text>
				) : (
					<Text color={theme.unknown}>{makeSafe(screen.problem)}</Text>
				)}
			</Box>
		</Frame>
	);
}
