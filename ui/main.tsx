import { render } from 'preact';
import { App } from './app.js';
import { watchConnection } from './data/connection.js';
import './style/style.css';
import 'uplot/dist/uPlot.min.css';

const page = document.getElementById('page');
if (page !== null) {
  watchConnection();
  render(<App />, page);
}
