// The docs as a site: the same Markdown files that the repository shows. Links that lead nowhere fail the build.
import { createRequire } from 'node:module'
import { defineConfig } from 'vitepress'

const require = createRequire(import.meta.url)

const page = (text, name) => ({ text, link: `/docs/${name}` })

export default defineConfig({
  title: 'Scorefield',
  description: 'Diffusion models whose samples obey physics',
  srcDir: '../..',
  outDir: '../../target/site',
  cacheDir: '../../target/site-cache',
  srcExclude: ['target/**', 'src/**', 'spark/**', '**/node_modules/**', 'runs/**'],
  rewrites: { 'README.md': 'index.md' },
  // Pages say {{ or <name> in plain words; there are no components in them.
  markdown: { html: false, attrs: { disable: true } },
  // Links to folders and files of the source are for those who read the repository.
  ignoreDeadLinks: [/^(\.\.?\/)+(src|kernels|native|bench|scripts|configs|spark)\b/, /\/(bench|examples)\//, /LICENSE|\.txt$/],
  lastUpdated: false,
  // The pages lie outside this folder, so what they need is named.
  vite: { resolve: { alias: [
    { find: 'vue/server-renderer', replacement: require.resolve('vue/server-renderer') },
    { find: /^vue$/, replacement: require.resolve('vue/dist/vue.runtime.esm-bundler.js') },
  ] } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      { text: 'Start', items: [
        { text: 'What it is', link: '/' }, page('Ten minutes', 'tutorial'), page('Installing', 'install'),
        page('Using it', 'usage'), page('GPU or CPU', 'gpu-or-cpu') ] },
      { text: 'Models', items: [
        page('Laws as formulas', 'physics'), page('Networks', 'networks'), page('Samplers', 'samplers'), page('Few steps', 'few-steps'),
        page('Conditions', 'conditioning'), page('Latent spaces', 'latent'), page('Likelihoods', 'likelihood'), page('Theory', 'theory') ] },
      { text: 'Matter', items: [
        page('Particles', 'particles'), page('Simulation', 'simulate'), page('Molecules', 'molecules'), page('Molecular data', 'molecules-data'),
        page('Conformers', 'conformers'), page('Crystals', 'crystals'), page('Generated crystals', 'crystals-generated') ] },
      { text: 'Tools', items: [
        page('Live pages', 'live'), page('A run checked by hand', 'walkthrough'), page('Comparing, sweeps, other programs', 'tools'), page('Many machines', 'spark') ] },
      { text: 'Reference', items: [
        page('Every key', 'configuration'), page('Every file', 'formats'), page('Results', 'results'), page('Engines', 'engines'),
        page('Measuring on a GPU', 'gpu-measurements'), { text: 'Changes', link: '/CHANGELOG' } ] },
    ],
  },
})
