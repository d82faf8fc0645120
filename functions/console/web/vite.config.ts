import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    // The policy of the page lets nothing be inlined as data but images; fonts and scripts are always files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": process.env.RELEVO_API ?? "http://localhost:4566" } },
  test: { include: ["src/**/*.test.ts"] },
});
