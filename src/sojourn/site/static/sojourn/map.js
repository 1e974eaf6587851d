/* Maps on vector shapes we serve ourselves; nothing is asked of anybody else.

   <div data-map data-countries="…geojson" data-from="id of a JSON script" | data-url="…" [data-every="seconds"]
        [data-draw-into="id of a textarea"]>, and the tools to draw in <div data-map-tools="id of the map">
   Data: {"footprint": FeatureCollection (level, label), "cells": [{latitude, longitude, size_deg, count, unaccounted,
   in_need, safe}], "posts": [{name, latitude, longitude}], "bounds": [[south, west], [north, east]]}; each may be absent. */
(function () {
  "use strict";

  const language = document.documentElement.lang || "en";
  const names = new Intl.DisplayNames([language, "en"], { type: "region" });

  function nameOf(properties) {
    try {
      return properties.code ? names.of(properties.code) : properties.name;
    } catch {
      return properties.name;
    }
  }

  async function read(url) {
    const headers = { Accept: "application/json", "X-Renews": "1" };
    const answer = await fetch(url, { headers, credentials: "same-origin" });
    return answer.status === 200 ? answer.json() : null;
  }

  function text(words) {
    const box = document.createElement("div");
    for (const line of words) {
      const row = document.createElement("div");
      row.textContent = line;
      box.append(row);
    }
    return box;
  }

  const SVG = "http://www.w3.org/2000/svg";

  function svg(name, attributes, parent) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    parent?.append(element);
    return element;
  }

  function ring(cell, size) {
    // A ring in three parts around the number: how many nobody has heard from is seen from afar.
    const box = svg("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
    const middle = size / 2;
    const radius = middle - 5;
    const around = 2 * Math.PI * radius;
    svg("circle", { class: "core", cx: middle, cy: middle, r: radius }, box);
    let from = 0;
    for (const part of ["unaccounted", "in_need", "safe"]) {
      const share = (cell[part] ?? 0) / cell.count;
      if (share > 0) {
        const place = { cx: middle, cy: middle, r: radius, transform: `rotate(-90 ${middle} ${middle})` };
        const dash = { "stroke-dasharray": `${share * around} ${around}`, "stroke-dashoffset": -from * around };
        svg("circle", { class: `slice ${part}`, "stroke-width": 8, ...place, ...dash }, box);
      }
      from += share;
    }
    const label = svg("text", { x: middle, y: middle, dy: "0.35em", "text-anchor": "middle" }, box);
    label.textContent = cell.count.toLocaleString(language);
    return box;
  }

  function gathered(map, cells) {
    // Spots that would cover each other on the screen are shown as one, the largest giving the place.
    const kept = [];
    for (const cell of [...cells].sort((one, other) => other.count - one.count)) {
      const at = map.latLngToLayerPoint([cell.latitude, cell.longitude]);
      const near = kept.find((one) => one.at.distanceTo(at) < 46);
      if (near) {
        for (const part of ["count", "unaccounted", "in_need", "safe"]) {
          near.cell[part] = (near.cell[part] ?? 0) + (cell[part] ?? 0);
        }
      } else {
        kept.push({ at, cell: { ...cell } });
      }
    }
    return kept.map((one) => one.cell);
  }

  function drawCells(map, group, cells, word) {
    for (const cell of gathered(map, cells)) {
      const size = 34 + Math.min(34, 3 * Math.log2(1 + cell.count));
      const lines = [`${cell.count} ${word.people}`];
      if (cell.unaccounted !== undefined) {
        lines.push(
          `${cell.unaccounted} ${word.unaccounted}`,
          `${cell.in_need} ${word.inNeed}`,
          `${cell.safe} ${word.safe}`,
        );
      }
      const icon = L.divIcon({ className: "spot", html: ring(cell, size), iconSize: [size, size] });
      L.marker([cell.latitude, cell.longitude], { icon, alt: lines.join(", ") }).bindPopup(text(lines)).addTo(group);
    }
  }

  function drawPosts(group, posts) {
    for (const post of posts) {
      const box = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
      svg("path", { class: "post-mark", d: "M12 22 5 12a8 8 0 1 1 14 0Z" }, box);
      const icon = L.divIcon({ className: "spot", html: box, iconSize: [26, 26], iconAnchor: [13, 26] });
      const mark = L.marker([post.latitude, post.longitude], { icon, alt: post.name, zIndexOffset: 500 });
      mark.bindPopup(text([post.name])).bindTooltip(post.name, { direction: "top", offset: [0, -24] }).addTo(group);
    }
  }

  function named(group) {
    // Leaflet gives an alt to images only; ours are drawings.
    group.eachLayer((layer) => {
      if (layer instanceof L.Marker) {
        layer.getElement()?.setAttribute("aria-label", layer.options.alt);
      }
    });
  }

  function drawFootprint(group, footprint) {
    L.geoJSON(footprint, {
      style: (feature) => ({ className: `footprint band-${feature.properties.level ?? 1}` }),
      onEachFeature: (feature, layer) => {
        if (feature.properties.label) {
          layer.bindTooltip(feature.properties.label, { sticky: true });
        }
      },
    }).addTo(group);
  }

  function boundsOf(data) {
    const bounds = data.bounds ? L.latLngBounds(data.bounds) : L.latLngBounds([]);
    if (data.footprint?.features.length) {
      bounds.extend(L.geoJSON(data.footprint).getBounds());
    }
    for (const spot of [...(data.cells ?? []), ...(data.posts ?? [])]) {
      bounds.extend([spot.latitude, spot.longitude]);
    }
    return bounds;
  }

  function show(map, group, data, word, fit) {
    if (fit) {
      const bounds = boundsOf(data);
      if (bounds.isValid()) {
        map.fitBounds(bounds.pad(0.12), { animate: false, maxZoom: 9 });
      }
    }
    group.clearLayers();
    if (data.footprint) {
      drawFootprint(group, data.footprint);
    }
    drawCells(map, group, data.cells ?? [], word);
    drawPosts(group, data.posts ?? []);
    named(group);
  }

  function drawing(map, box, word) {
    const field = document.getElementById(box.dataset.drawInto);
    const tools = document.querySelector(`[data-map-tools="${box.id}"]`);
    const group = L.featureGroup().addTo(map);
    const cross = document.createElement("div");
    cross.className = "map-cross";
    box.append(cross);
    let corners = [];

    // Tools in a closed fold: the map is looked at, and a click draws nothing.
    const fold = tools?.closest("details");
    const isDrawnOn = () => Boolean(tools && (!fold || fold.open));
    const showCross = () => {
      cross.hidden = !isDrawnOn();
    };
    fold?.addEventListener("toggle", showCross);
    showCross();

    function renew() {
      group.clearLayers();
      if (corners.length > 1) {
        L.polygon(corners, { className: "drawn", interactive: false }).addTo(group);
      }
      for (const corner of corners) {
        L.circleMarker(corner, { radius: 6, className: "corner", interactive: false }).addTo(group);
      }
      const ring = corners.map((corner) => [Number(corner.lng.toFixed(4)), Number(corner.lat.toFixed(4))]);
      if (field) {
        field.value = ring.length > 2 ? JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }) : "";
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
      const count = tools?.querySelector('[data-draw="count"]');
      if (count) {
        count.textContent = `${word.corners}: ${corners.length}`;
      }
    }

    function add(at) {
      corners.push(at.wrap());
      renew();
    }

    const deeds = {
      add: () => add(map.getCenter()),
      undo: () => {
        corners.pop();
        renew();
      },
      clear: () => {
        corners = [];
        renew();
      },
    };
    map.on("click", (event) => isDrawnOn() && add(event.latlng));
    map.doubleClickZoom.disable();
    tools?.addEventListener("click", (event) => deeds[event.target.closest("[data-draw]")?.dataset.draw]?.());
    box.addEventListener("keydown", (event) => {
      if (!isDrawnOn()) {
        return;
      }
      if (event.key === "Enter" && event.target === box) {
        event.preventDefault();
        deeds.add();
      } else if (event.key === "Backspace" && event.target === box) {
        event.preventDefault();
        deeds.undo();
      }
    });
    try {
      const polygon = JSON.parse(field?.value || "null");
      const ring = polygon?.coordinates?.[0] ?? [];
      corners = ring.slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng));
    } catch {
      corners = [];
    }
    renew();
    if (corners.length) {
      map.fitBounds(group.getBounds().pad(0.3));
    }
  }

  function mainland(layer) {
    // The largest ring: France is named in Europe, not between Europe and Guiana.
    const rings = layer.getLatLngs().map((polygon) => L.latLngBounds(polygon[0]));
    const size = (bounds) => (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
    return rings.reduce((best, next) => (size(next) > size(best) ? next : best));
  }

  function labels(map, countries) {
    const group = L.layerGroup().addTo(map);
    const spots = countries.getLayers().map((layer) => ({ layer, bounds: mainland(layer) }));
    function renew() {
      group.clearLayers();
      const view = map.getBounds();
      for (const { layer, bounds } of spots) {
        const wide = Math.abs(map.project(bounds.getNorthEast()).x - map.project(bounds.getNorthWest()).x);
        if (wide > 70 && wide < 4000 && view.intersects(bounds)) {
          L.tooltip({ permanent: true, direction: "center", className: "map-label", interactive: false })
            .setLatLng(bounds.getCenter())
            .setContent(nameOf(layer.feature.properties))
            .addTo(group);
        }
      }
    }
    map.on("moveend", renew);
    renew();
  }

  async function start(box) {
    const word = {
      people: box.dataset.wordPeople,
      unaccounted: box.dataset.wordUnaccounted,
      inNeed: box.dataset.wordInNeed,
      safe: box.dataset.wordSafe,
      corners: box.dataset.wordCorners,
    };
    box.querySelector(".map-fallback")?.remove();
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(box, {
      attributionControl: false,
      zoomControl: false,
      worldCopyJump: true,
      zoomAnimation: !still,
      fadeAnimation: !still,
      minZoom: 1,
      maxZoom: 12,
    }).setView([20, 20], 2);
    L.control.zoom({ zoomInTitle: box.dataset.wordZoomIn, zoomOutTitle: box.dataset.wordZoomOut }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution("Natural Earth").addTo(map);
    L.control.scale().addTo(map);
    const group = L.featureGroup();
    const world = await read(box.dataset.countries);
    if (world) {
      const countries = L.geoJSON(world, {
        style: { className: "country", fillOpacity: 1, opacity: 1 },
        interactive: false,
      }).addTo(map);
      labels(map, countries);
    }
    group.addTo(map);
    const inline = box.dataset.from && document.getElementById(box.dataset.from);
    const first = inline ? JSON.parse(inline.textContent) : box.dataset.url && (await read(box.dataset.url));
    let shown = first;
    if (shown) {
      show(map, group, shown, word, true);
      map.on("zoomend", () => show(map, group, shown, word, false));
    }
    if (box.dataset.drawInto) {
      drawing(map, box, word);
    }
    if (box.dataset.url && box.dataset.every) {
      window.setInterval(async () => {
        const next = document.hidden ? null : await read(box.dataset.url).catch(() => null);
        const isOpen = box.querySelector(".leaflet-popup");
        if (next && !isOpen) {
          shown = next; // the reader's view is kept, and what they have open
          show(map, group, shown, word, false);
        }
      }, 1000 * Number(box.dataset.every));
    }
    box.dataset.ready = "true";
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-map]")) {
      start(box);
    }
  });
})();
