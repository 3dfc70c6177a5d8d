/**
 * An image to send: a red square of 64 × 64 pixels.
 */

/** The image as a PNG file, in base64. */
export const redSquareBase64 =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAcElEQVR4nO3PAQkAAAyEwO+fcWEWQwThAuhuU+MLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakOMLGpDjCxqQ4wsakHth98DElwlmugAAAABJRU5ErkJggg=="

/** The image as the bytes of a PNG file. */
export const redSquare: Uint8Array = Buffer.from(redSquareBase64, "base64")
