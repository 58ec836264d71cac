import {useStdin} from 'ink';
import {useEffect} from 'react';
import {createKeyReader, type KeyPress} from './read-keys.js';

/**
Listens to the keyboard. The only place that does.

Not by Ink's `useInput`: in Ink 6.8 it throws at Ctrl-F1 to Ctrl-F4 and at other sequences with a modifier that it has no name for, which would end the program in the
middle of a batch.
*/
export const useKeys = (onPress: (press: KeyPress) => void): void => {
	const {setRawMode, internal_eventEmitter: input} = useStdin();
	useEffect(() => {
		setRawMode(true);
		return () => {
			setRawMode(false);
		};
	}, [setRawMode]);
	useEffect(() => {
		const readKeys = createKeyReader();
		const listener = (chunk: string): void => {
			for (const press of readKeys(chunk)) {
				onPress(press);
			}
		};

		input?.on('input', listener);
		return () => {
			input?.off('input', listener);
		};
	}, [input, onPress]);
};
