/* The least that Ink can draw. */
import {render, Text} from 'ink';
import React from 'react';

render(<Text>hello world</Text>);
