/**
 * How a drive came to its end: the saga has ended, or it is somebody else's, or what is true must be read again before
 * anybody can go on.
 */
export type DriveEnd = 'ended' | 'gone' | 'unsure'
