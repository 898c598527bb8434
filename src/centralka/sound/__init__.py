"""Sound: uploaded files checked and levelled, WAV files read and written, sound as an answer to a browser."""
