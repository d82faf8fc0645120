/** Two soft notes, made rather than loaded. Silent where the browser wants a click first. */
export function chime(): void {
  const sound = new AudioContext();
  [660, 880].forEach((frequency, index) => {
    const note = sound.createOscillator();
    const volume = sound.createGain();
    const at = sound.currentTime + index * 0.12;
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0.05, at);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    note.connect(volume).connect(sound.destination);
    note.start(at);
    note.stop(at + 0.25);
    if (index === 1) note.onended = () => void sound.close();
  });
}
